import type { AuditLog } from '../host/audit-log.js';
import type { RequestAuth } from './request-auth.js';
import { jsonRpcCalls } from './json-rpc.js';
import { type OperationKind, operationsOf } from './operation.js';

/** Characters of what a client has made up that are kept. */
const LONGEST = 200;

/** Methods that do something for somebody; the others look around. */
const RECORDED = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** A call that the guard has admitted. */
export interface AdmittedCall {
  /** `tools/call`. */
  method: string;
  kind: OperationKind;
  /** The tool or prompt, or the URI of the resource. */
  name: string;
  /** The JSON-RPC id; null for a notification. */
  requestId: string | number | null;
}

/** The calls of a session that are recorded, and how. */
interface Recorded {
  calls: readonly AdmittedCall[];
  record(
    call: AdmittedCall,
    action: 'call.admit' | 'call.finish',
    detail?: Record<string, string | number>,
  ): void;
}

const RECORDED_SESSIONS = new WeakMap<object, Recorded>();

/** What the guard tells the `AuditLog` of calls: who calls what, and never with which arguments. */
export class CallAudit {
  /** @param log null where calls are not recorded. */
  constructor(private readonly log: AuditLog | null) {}

  /** Each call of a request that was let in. */
  admitted({ extra }: RequestAuth, request: { body?: unknown }): void {
    const { log } = this;
    if (!log) return;
    const calls = (jsonRpcCalls(request.body) ?? []).flatMap((call): AdmittedCall[] => {
      const [operation] = RECORDED.has(call.method) ? (operationsOf(call) ?? []) : [];
      if (!operation) return [];
      const { kind, name } = operation;
      return [{ method: call.method, kind, name: name.slice(0, LONGEST), requestId: idOf(call.id) }];
    });
    if (calls.length === 0) return;
    const { session } = extra;
    const { userId, clientId, resource, grantId, tokenId } = session;
    const record: Recorded['record'] = ({ method, name, requestId }, action, more) => {
      const detail = { method, name, requestId, grantId, tokenId, ...more };
      log.record({ action, outcome: 'success', userId, clientId, resource, detail });
    };
    for (const call of calls) record(call, 'call.admit');
    RECORDED_SESSIONS.set(session, { calls, record });
  }
}

/** How calls of a session are recorded; undefined where they are not. */
export function recordedCalls(session: object): Recorded | undefined {
  return RECORDED_SESSIONS.get(session);
}

function idOf(id: unknown): string | number | null {
  if (typeof id === 'number') return id;
  return typeof id === 'string' ? id.slice(0, LONGEST) : null;
}

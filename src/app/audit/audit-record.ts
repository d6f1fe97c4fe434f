import { randomUUID } from 'node:crypto';
import { requestContext } from '../running/request-context.js';
import type { ServiceEvent } from './service-event.js';

/** An event with its when and whence, as it is stored. */
export interface AuditRecord {
  id: string;
  at: Date;
  action: string;
  outcome: 'success' | 'refused';
  userId: string | null;
  clientId: string | null;
  /** Identifier of the protected resource. */
  resource: string | null;
  /** Of the client, as the trusted proxies say. */
  address: string | null;
  requestId: string | null;
  detail: Record<string, unknown>;
}

/** Characters. Requests claim what they like, and a claim is cut. */
const LONGEST_TEXT = 1_000;
const LONGEST_LIST = 100;
/** PostgreSQL takes neither a NUL nor half a character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** What an event becomes, with what is known of the request it happened in. @param at milliseconds since the epoch. */
export function auditRecord(event: ServiceEvent, at: number): AuditRecord {
  const { action, outcome, userId, clientId, resource, detail = {} } = event;
  const context = requestContext();
  return {
    id: randomUUID(),
    at: new Date(at),
    action,
    outcome,
    userId: textOrNull(userId),
    clientId: textOrNull(clientId),
    resource: textOrNull(resource),
    address: context?.address ?? null,
    requestId: context?.requestId ?? null,
    detail: Object.fromEntries(
      Object.entries(detail).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, storable(value)]],
      ),
    ),
  };
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  return Array.isArray(value) ? value.slice(0, LONGEST_LIST).map(storable) : value;
}

function textOrNull(value: string | null | undefined): string | null {
  return typeof value === 'string' ? storableText(value) : null;
}

function storableText(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(UNSTORABLE, '\u{fffd}');
}

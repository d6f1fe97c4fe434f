import { randomUUID } from 'node:crypto';
import { requestContext } from '../operations/request-context.js';
import type { Author } from '../web/author.js';
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

interface Limits {
  text: number;
  list: number;
}

/** Bytes of what is looked for: an index of PostgreSQL takes some more. */
const LONGEST_KEY = 2_000;
/** Characters. Requests claim what they like, and a claim is cut. */
const CLAIM: Limits = { text: 1_000, list: 100 };
/** What was taken is bounded elsewhere. */
const FACT: Limits = { text: 20_000, list: 1_000 };
/** PostgreSQL takes neither a NUL nor half a character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** What an event becomes, with what is known of the request it happened in. @param at milliseconds since the epoch. */
export function auditRecord(event: ServiceEvent, at: number): AuditRecord {
  const { action, outcome, resource, author } = event;
  const { userId, clientId, detail = {} } = author ? { ...event, ...byAuthor(event, author) } : event;
  const context = requestContext();
  const limits = outcome === 'refused' ? CLAIM : FACT;
  return {
    id: randomUUID(),
    at: new Date(at),
    action,
    outcome,
    userId: keyOrNull(userId),
    clientId: keyOrNull(clientId),
    resource: keyOrNull(resource),
    address: context?.address ?? null,
    requestId: context?.requestId ?? null,
    detail: Object.fromEntries(
      Object.entries(detail).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, storable(value, limits)]],
      ),
    ),
  };
}

function byAuthor({ clientId, detail }: ServiceEvent, author: Author) {
  const via = author.clientId ?? undefined;
  return { userId: author.userId, clientId: clientId ?? via, detail: { ...detail, via } };
}

function storable(value: unknown, limits: Limits): unknown {
  if (typeof value === 'string') return value.slice(0, limits.text).replace(UNSTORABLE, '\u{fffd}');
  return Array.isArray(value) ? value.slice(0, limits.list).map((each) => storable(each, limits)) : value;
}

function keyOrNull(value: string | null | undefined): string | null {
  return typeof value === 'string' ? auditKey(value) : null;
}

/** An id as it is stored, and as it is looked for. */
export function auditKey(text: string): string {
  return Buffer.from(text.replace(UNSTORABLE, '\u{fffd}')).subarray(0, LONGEST_KEY).toString();
}

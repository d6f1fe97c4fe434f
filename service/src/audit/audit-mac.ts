import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditRecord } from './audit-record.js';

/** What an event says: a list in JSON, always in the same order. */
export type EventFacts = `[${string}]`;

/** HMAC-SHA-256 in base64url over a list of values, which goes on with the facts of an event where there are some. */
export function authenticate(key: Buffer, message: readonly unknown[], facts?: EventFacts): string {
  const list = JSON.stringify(message);
  const text = facts ? `${list.slice(0, -1)},${facts.slice(1)}` : list;
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** In constant time. */
export function isSameMac(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** To be read once for all that is signed with it. */
export function eventFacts(record: AuditRecord): EventFacts {
  const { id, at, action, outcome, userId, clientId, resource, address, requestId, detail } = record;
  // The database keeps no order of members.
  const details = Object.entries(detail).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const when = at.toISOString();
  const facts = [id, when, action, outcome, userId, clientId, resource, address, requestId, details];
  return JSON.stringify(facts) as EventFacts;
}

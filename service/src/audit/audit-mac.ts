import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditRecord } from './audit-record.js';

/** HMAC-SHA-256 in base64url over a list of values. */
export function authenticate(key: Buffer, message: readonly unknown[]): string {
  return createHmac('sha256', key).update(JSON.stringify(message)).digest('base64url');
}

/** In constant time. */
export function isSameMac(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What an event says, always in the same order. */
export function eventFacts(record: AuditRecord): unknown[] {
  const { id, at, action, outcome, userId, clientId, resource, address, requestId, detail } = record;
  // The database keeps no order of members.
  const details = Object.entries(detail).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [id, at.toISOString(), action, outcome, userId, clientId, resource, address, requestId, details];
}

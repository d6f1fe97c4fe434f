import { authenticate, type EventFacts } from './audit-mac.js';

/** A place in the chain: the head of it says that everything before is as it was. */
export interface ChainLink {
  /** From 1, without a gap. */
  position: bigint;
  /** HMAC-SHA-256 in base64url. */
  mac: string;
}

/** What the first event follows. */
export const BEGINNING: ChainLink = { position: 0n, mac: '' };

/** The link of an event that follows `previous`. */
export function nextLink(key: Buffer, previous: ChainLink, facts: EventFacts): ChainLink {
  const position = previous.position + 1n;
  return { position, mac: authenticate(key, ['event', previous.mac, String(position)], facts) };
}

/** Says that the events up to `link` are gone because they had reached their age. */
export function signCheckpoint(key: Buffer, { position, mac }: ChainLink, createdAt: Date): string {
  return authenticate(key, ['checkpoint', String(position), mac, createdAt.toISOString()]);
}

/** As the log names it. */
export function formatLink({ position, mac }: ChainLink): string {
  return `${position}:${mac}`;
}

/** Null for anything that `formatLink` does not write. */
export function parseLink(text: string): ChainLink | null {
  const [, position, mac] = /^([1-9]\d{0,17}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return position && mac ? { position: BigInt(position), mac } : null;
}

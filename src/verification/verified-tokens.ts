import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { formatScope } from '../oauth/scope.js';
import { SeenToken } from './seen-token.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

/** Bytes: room for more than 50,000 tokens. */
const CAPACITY = 32 * 1024 * 1024;
/** Once it is full, one in so many newcomers takes the place of the token that was used longest ago. */
const LOTTERY = 16;
/** One use in so many is written down: to do so touches more memory than to look. */
const NOTED_USES = 8;
/** Bytes of an entry without its strings, as measured: its objects, its digests, and the cache's own books. */
const ENTRY = 390;
/** Bytes of a string beyond its characters. */
const STRING = 20;
/** Values that tokens have in common. */
const MOST_SHARED = 4_096;

/**
 * Tokens whose signatures were checked. One place for each `jti`, whatever its signature: one of ES256 has a twin that
 * is as good.
 *
 * A newcomer gets a place by lot once there is none left. A cache that takes every newcomer hits nothing as soon as the
 * tokens in use are more than it holds, and is emptied by tokens that come once; this one keeps most of what it has,
 * and a token in use is in before long.
 */
export class VerifiedTokens {
  /** By SHA-256 of the token. */
  private readonly entries: LRUCache<string, SeenToken>;
  /** Where the token of a `jti` is. */
  private readonly places = new Map<string, string>();
  private readonly texts = new LRUCache<string, string>({ max: MOST_SHARED });
  private readonly scopes = new LRUCache<string, readonly string[]>({ max: MOST_SHARED });

  /** @param capacity bytes. */
  constructor(private readonly capacity = CAPACITY) {
    this.entries = new LRUCache({
      maxSize: capacity,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ tokenId }, key) => {
        if (this.places.get(tokenId) === key) this.places.delete(tokenId);
      },
    });
  }

  get(token: string): VerifiedAccessToken | undefined {
    const key = digest(token);
    return Math.random() * NOTED_USES < 1 ? this.entries.get(key) : this.entries.peek(key);
  }

  /** @param now milliseconds since the epoch. */
  add(token: string, verified: VerifiedAccessToken, now: number): void {
    const key = digest(token);
    const entry = this.compact(verified);
    const place = this.places.get(entry.tokenId);
    if (place !== undefined) this.entries.delete(place);
    else if (!this.hasRoom(entry.bytes, now)) return;
    this.places.set(entry.tokenId, key);
    this.entries.set(key, entry);
  }

  get size(): number {
    return this.entries.size;
  }

  private hasRoom(bytes: number, now: number): boolean {
    if (this.entries.calculatedSize + bytes <= this.capacity) return true;
    const oldest = this.entries.rvalues().next().value;
    return (oldest !== undefined && oldest.expiresAt <= now) || Math.random() * LOTTERY < 1;
  }

  /** The same, with what tokens have in common stored once. */
  private compact(verified: VerifiedAccessToken): SeenToken {
    const { tokenId, grantId, delegatedFrom, userId, confirmation, actor, status } = verified;
    const texts = [tokenId, grantId, userId, ...delegatedFrom];
    let bytes = ENTRY + texts.reduce((sum, text) => sum + weight(text), 0);
    for (const claim of [confirmation, actor]) if (claim) bytes += 4 * JSON.stringify(claim).length;
    const once = <Value>(pool: LRUCache<string, Value & {}>, name: string, value: Value & {}): Value => {
      const known = pool.get(name);
      if (known !== undefined) return known;
      pool.set(name, value);
      bytes += weight(name);
      return value;
    };
    const text = (value: string) => once(this.texts, value, value);
    const common = {
      clientId: text(verified.clientId),
      resource: text(verified.resource),
      keyId: text(verified.keyId),
      scopes: once(this.scopes, formatScope(verified.scopes), verified.scopes),
      status: status && { idx: status.idx, uri: text(status.uri) },
    };
    return new SeenToken({ ...verified, ...common }, bytes);
  }
}

function digest(text: string): string {
  return hash('sha256', text, 'binary');
}

function weight(text: string | null): number {
  return text === null ? 0 : STRING + text.length;
}

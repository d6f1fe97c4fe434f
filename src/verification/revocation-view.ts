import { TemporarilyUnavailableError } from '../oauth/errors.js';
import type { FeedKind, FeedRecord } from '../oauth/revocation.js';
import type { TokenStatus } from './token-status.js';
import type { RevocableToken } from './verified-access-token.js';

type RevocableKind = Exclude<FeedKind, 'policy' | 'host' | 'unknown'>;

interface Mark {
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** This process's view of what is revoked: looked at on every guarded call, without any I/O. */
export class RevocationView implements TokenStatus {
  private readonly marks: Readonly<Record<RevocableKind, Map<string, Mark>>> = {
    token: new Map(),
    grant: new Map(),
    user: new Map(),
    client: new Map(),
    resource: new Map(),
    key: new Map(),
  };
  /** Whatever was issued up to then is dead, in milliseconds since the epoch. */
  private deadBefore = -Infinity;
  private heardAt = performance.now();

  /** @param maxLag seconds without news after which the view is stale; Infinity to go on with what is known. */
  constructor(private readonly maxLag: number) {}

  /** Takes in what is revoked; the same record twice is harmless, and the later `issuedBefore` wins. */
  record(records: Iterable<FeedRecord>): void {
    let last: Mark | undefined;
    for (const { kind, subject, issuedBefore, expiresAt } of records) {
      if (issuedBefore === null || kind === 'policy' || kind === 'host') continue;
      // A later version takes something back in words that this one lacks: it may be any token.
      if (kind === 'unknown') {
        this.deadBefore = Math.max(this.deadBefore, issuedBefore);
        continue;
      }
      const known = this.marks[kind].get(subject);
      const mark = {
        issuedBefore: Math.max(issuedBefore, known?.issuedBefore ?? 0),
        expiresAt: Math.max(expiresAt, known?.expiresAt ?? 0),
      };
      // A hundred thousand grants that end at once share one.
      if (last?.issuedBefore !== mark.issuedBefore || last.expiresAt !== mark.expiresAt) last = mark;
      this.marks[kind].set(subject, last);
    }
  }

  /** Says that the feed was read to its end, as it was at `time`: the process's own, which no correction can move. */
  touch(time: number): void {
    this.heardAt = Math.max(this.heardAt, time);
  }

  /** Seconds since the feed was last read to its end. */
  get age(): number {
    return (performance.now() - this.heardAt) / 1000;
  }

  isStale(): boolean {
    return this.age > this.maxLag;
  }

  learn(): void {
    // All of it is here already.
  }

  /** @throws TemporarilyUnavailableError when the feed has not been read for too long. */
  isRevoked(token: RevocableToken): boolean {
    const { tokenId, grantId, delegatedFrom, userId, clientId, resource, keyId, issuedAt } = token;
    if (this.isStale()) throw new TemporarilyUnavailableError('What is revoked is not known at the moment.');
    return (
      issuedAt <= this.deadBefore ||
      this.covers('token', tokenId, issuedAt) ||
      (grantId !== null && this.covers('grant', grantId, issuedAt)) ||
      delegatedFrom.some((ancestor) => this.covers('grant', ancestor, issuedAt)) ||
      (userId !== null && this.covers('user', userId, issuedAt)) ||
      this.covers('client', clientId, issuedAt) ||
      this.covers('resource', resource, issuedAt) ||
      // Whoever has the key writes any time into a token, so a revoked key is dead whenever it signed.
      this.marks.key.has(keyId)
    );
  }

  /** Forgets what can match no living token. `now` in milliseconds since the epoch. */
  prune(now: number): void {
    for (const [kind, marks] of Object.entries(this.marks)) {
      // A forged token may live for ever, and a key that is revoked never comes back.
      if (kind === 'key') continue;
      for (const [subject, { expiresAt }] of marks) if (expiresAt < now) marks.delete(subject);
    }
  }

  get size(): number {
    return Object.values(this.marks).reduce((sum, marks) => sum + marks.size, 0);
  }

  // A token of the very millisecond of the revocation counts as issued before it: refusing one too many is safe.
  private covers(kind: RevocableKind, subject: string, issuedAt: number): boolean {
    const marks = this.marks[kind];
    // To look for it would touch a text that nothing else of the call needs.
    if (marks.size === 0) return false;
    const mark = marks.get(subject);
    return mark !== undefined && issuedAt <= mark.issuedBefore;
  }
}

/**
 * Whose tokens a revocation kills, or what has changed; `policy` kills none by itself, and `host`, what the host keeps in
 * memory, none at all. `unknown` is a line of a later version: it may be about anything.
 */
export type FeedKind =
  'token' | 'grant' | 'user' | 'client' | 'resource' | 'key' | 'policy' | 'host' | 'unknown';

/** One line of the revocation feed, which every replica follows. Times in milliseconds since the epoch. */
export interface FeedRecord {
  kind: FeedKind;
  /** Id of the token (`jti`), grant, user or client, identifier of the resource, or `kid` of the key; what the host calls it; empty for the policy. */
  subject: string;
  /** Its tokens issued up to this time are dead; null kills none, and only says that the subject has changed. */
  issuedBefore: number | null;
  /** When no token that it could match is left. */
  expiresAt: number;
}

/** Whether a line of the feed is, or may be, about this kind. */
export function concerns(record: FeedRecord, kind: FeedKind): boolean {
  return record.kind === kind || record.kind === 'unknown';
}

/** Who wants to know what the feed says: the view of what is revoked, and caches. */
export interface FeedListener {
  /** The same record may come twice. */
  heard(records: readonly FeedRecord[]): void | Promise<void>;
}

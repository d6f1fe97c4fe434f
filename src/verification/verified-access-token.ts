import type { Actor } from '../oauth/actor.js';
import type { StatusReference } from '../oauth/status-list.js';

/** What of a token a revocation can name. */
export interface RevocableToken {
  tokenId: string;
  grantId: string | null;
  /** The grants that its own was delegated from, the first one first: whatever is said of them counts for it. */
  delegatedFrom: readonly string[];
  userId: string | null;
  clientId: string;
  resource: string;
  keyId: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
}

/** What a valid access token proves, and no more: it is kept for every token in use. */
export interface VerifiedAccessToken extends RevocableToken {
  scopes: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Where its status stands; null when it names no list. */
  status: StatusReference | null;
  /** The key that its presenter must hold (RFC 7800 §3.1, `cnf`); null for a bearer token. */
  confirmation: Readonly<Record<string, unknown>> | null;
  /** Who acts on behalf of the subject (RFC 8693 §4.1, `act`); null for nobody else. */
  actor: Actor | null;
}

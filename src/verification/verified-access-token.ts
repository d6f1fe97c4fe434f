import type { StatusReference } from '../oauth/status-list.js';

/** What of a token a revocation can name. */
export interface RevocableToken {
  tokenId: string;
  grantId: string | null;
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
  actor: Readonly<Record<string, unknown>> | null;
}

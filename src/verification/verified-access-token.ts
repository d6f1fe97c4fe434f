import type { AccessTokenClaims } from '../oauth/access-token.js';
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

/** What a valid access token proves. */
export interface VerifiedAccessToken extends RevocableToken {
  scopes: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Where its status stands; null when it names no list. */
  status: StatusReference | null;
  claims: Readonly<AccessTokenClaims>;
}

import type { AccessTokenClaims } from '../oauth/access-token.js';

/** What a valid access token proves, given to a handler. */
export interface Session {
  /** Null for a service account. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Identifier of the resource the token is for. */
  readonly resource: string;
  /** Null for a token of an issuer without grants. */
  readonly grantId: string | null;
  readonly tokenId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** All that the token says, read when it is asked for. */
  readonly claims: Readonly<AccessTokenClaims>;
}

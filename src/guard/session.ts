import type { AccessTokenClaims } from '../oauth/access-token.js';

/** What a valid access token proves, given to a handler. */
export interface Session {
  /** Null for a service account. */
  readonly userId: string | null;
  /** The client that holds the token (`client_id`, RFC 9068 §2.2). */
  readonly clientId: string;
  /** What the token allows (`scope`). */
  readonly scopes: readonly string[];
  /** Identifier of the resource the token is for. */
  readonly resource: string;
  /** Null for a token of an issuer without grants. */
  readonly grantId: string | null;
  /** Unique to the token (`jti`). */
  readonly tokenId: string;
  /** When it was issued. */
  readonly issuedAt: Date;
  /** When it ends. */
  readonly expiresAt: Date;
  /** All that the token says, read when it is asked for. */
  readonly claims: Readonly<AccessTokenClaims>;
}

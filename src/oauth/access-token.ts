import type { Actor } from './actor.js';
import type { StatusReference } from './status-list.js';

/** The claims of an access token (RFC 9068 §2.2), with the project's own. */
export interface AccessTokenClaims {
  /** The issuer. */
  iss: string;
  /** The user's id, or the client's for a service account. */
  sub: string;
  /** Whether `sub` is a person's id or a client's (RFC 9700 §4.15); absent in tokens of other issuers. */
  sub_type?: 'user' | 'client';
  /** Exactly one resource. */
  aud: string;
  /** Seconds since the epoch. */
  exp: number;
  /** Seconds since the epoch: when it was issued. */
  iat: number;
  /** Unique to the token. */
  jti: string;
  /** The client that holds it. */
  client_id: string;
  /** Space-delimited. */
  scope: string;
  /** Seconds since the epoch of the sign-in behind the token. */
  auth_time?: number;
  /** The grant that owns the token. */
  grant_id?: string;
  /** The grants that `grant_id` was delegated from, the first one first. */
  delegated_from?: readonly string[];
  /** Who acts on behalf of `sub` (RFC 8693 §4.1). */
  act?: Actor;
  /** Issue time in milliseconds, compared with `issuedBefore` of a revocation. */
  iat_ms?: number;
  /** Where the token's status stands (Token Status List §6.2). */
  status?: {
    /** List and place. */
    status_list: StatusReference;
  };
  [claim: string]: unknown;
}

/** Seconds an access token may live at most, whatever is configured: how long a revocation must be remembered. */
export const LONGEST_ACCESS_TOKEN = 86_400;

/** RFC 9068 §2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

import type { Actor } from '../oauth/actor.js';
import type { EndedGrant } from './delegated-grants.js';

/** What a grant says of itself before anything is issued for it. None of it ever changes. */
export interface GrantFacts {
  grantId: string;
  clientId: string;
  userId: string;
  /** Identifier. */
  resource: string;
  redirectUri: string;
  scopes: readonly string[];
}

/** What the stored grant says about a token to be signed. */
export interface IssuedToken {
  outcome: 'issued';
  grantId: string;
  clientId: string;
  /** Null for a service account. */
  userId: string | null;
  resource: string;
  /** When the person proved who they are; null where no person is behind it. */
  authenticatedAt: Date | null;
  accessTokenExpiresAt: Date;
  /** The resource's; null for the server's default. */
  signingAlgorithm: string | null;
  /** The access token's place in the status lists. */
  statusIndex: number;
  /** Of a delegated grant: who acts, and which grants it comes from, the first one first. */
  delegation?: { actor: Actor; from: readonly string[] };
}

/** Why nothing was issued. `replayed` and `refused` have ended the grant; `unreadable` is for a newer replica. */
export interface Refusal {
  outcome:
    | 'mismatch'
    | 'disabled'
    | 'target'
    | 'scope'
    | 'expired'
    | 'inactive'
    | 'unreadable'
    | 'replayed'
    | 'refused'
    | 'limited';
  grantId: string;
  clientId: string;
  userId: string | null;
  resource: string;
  /** What this very request ended: its own grant, and what was delegated from it. */
  ended: EndedGrant[];
}

/**
 * What the host said of the person before anything was decided here. A refusal ends the grant, if the request is right
 * otherwise; null where nobody was asked, because the request is wrong.
 */
export type Admission = 'granted' | 'refused' | 'limited' | null;

/** A pair about to be recorded. */
export interface NewToken {
  rowId: string;
  tokenId: string;
  now: Date;
  /** Seconds, for a resource without a lifetime of its own. */
  accessTokenLifetime: number;
  refreshHash: string;
  refreshTokenExpiresAt: Date;
  /** When the last access token is dead that anybody may hold now. */
  lastTokenExpiresAt: Date;
}

/** Columns of `oauthAccessToken` that every row is made with; the grant says the rest. */
export const TOKEN_COLUMNS = `"id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
        "clientId", "createdAt", "updatedAt", "grantId"`;

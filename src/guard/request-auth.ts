import type { TokenWatch } from '../verification/token-watch.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import type { Demand } from './demand.js';
import { TokenSession } from './token-session.js';

/** What a request was let in with: the MCP SDK's `AuthInfo`, which tool handlers see as `extra.authInfo`. */
export class RequestAuth {
  readonly clientId: string;
  readonly scopes: string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly extra: { readonly session: TokenSession };

  constructor(
    verified: VerifiedAccessToken,
    readonly token: string,
    watch: Pick<TokenWatch, 'signal'>,
    demand: Demand,
  ) {
    this.clientId = verified.clientId;
    this.scopes = [...verified.scopes];
    this.expiresAt = Math.floor(verified.expiresAt / 1000);
    this.extra = { session: new TokenSession(verified, token, watch, demand) };
  }

  get resource(): URL {
    return new URL(this.extra.session.resource);
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import type { AccessTokenClaims } from '../oauth/access-token.js';
import { IntrospectionStore } from '../persistence/introspection.store.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { accessTokenClaims } from '../verification/encoded-access-token.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';

/** How a token is presented: bound to a key as RFC 9449 §5 says, and otherwise as RFC 6750 does (RFC 8705 §3.2 too). */
type TokenType = 'Bearer' | 'DPoP';

/** What is said about a token (RFC 7662 §2.2); nothing but `active` for one that is not. */
export type Introspection = { active: false } | ({ active: true; token_type: TokenType } & AccessTokenClaims);

/** Says whether an access token is good, to the server it is meant for. */
@Injectable()
export class TokenIntrospection {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly store: IntrospectionStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param resource identifier of the resource that asks: a token for another is not active for it (RFC 7662 §4).
   * @throws TemporarilyUnavailableError when nobody can say.
   */
  async introspect(token: string, resource: string): Promise<Introspection> {
    const verified = await this.verify(token, resource);
    // What was taken back a moment ago on another replica, only the database knows.
    if (!verified || !(await this.store.isActive(verified.tokenId, new Date(this.clock.now()))))
      return { active: false };
    return { ...accessTokenClaims(token), active: true, token_type: tokenType(verified) };
  }

  private async verify(token: string, resource: string): Promise<VerifiedAccessToken | null> {
    try {
      return await this.verifier.verify(token, resource);
    } catch (error) {
      if (error instanceof InvalidTokenError) return null;
      throw error;
    }
  }
}

function tokenType({ confirmation }: VerifiedAccessToken): TokenType {
  return typeof confirmation?.['jkt'] === 'string' ? 'DPoP' : 'Bearer';
}

import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { decodeAccessToken, type EncodedAccessToken } from './encoded-access-token.js';
import { INVALID_TOKEN, InvalidTokenError } from './invalid-token.error.js';
import { readClaims } from './read-claims.js';
import { ISSUER } from './issuer.js';
import { isSignedWith } from './signature.js';
import { RFC_9068, TokenProfile } from './token-profile.js';
import { TokenStatus } from './token-status.js';
import { TokenWatch } from './token-watch.js';
import { VerificationKeys } from './verification-keys.js';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { VerifiedTokens } from './verified-tokens.js';

/**
 * Verifies access tokens (RFC 9068 §4) in this process: a signature check for a token seen first, a look into
 * a bounded cache for one seen before, and never a request per call.
 */
@Injectable()
export class AccessTokenVerifier {
  private readonly seen = new VerifiedTokens();
  /** Says when tokens that were good are over. */
  readonly watch: TokenWatch;

  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    private readonly keys: VerificationKeys,
    private readonly status: TokenStatus,
    private readonly clock: Clock,
    @Optional() private readonly profile: TokenProfile = RFC_9068,
  ) {
    this.watch = new TokenWatch(status, clock);
  }

  /**
   * What the token proves; whether it was presented rightly is asked of `ProofOfPossession`.
   * @param resource the identifier the token must be meant for; null for the issuer itself, to which all are known.
   * @throws InvalidTokenError for a token that must not be accepted.
   * @throws TemporarilyUnavailableError when nobody can say whether it is revoked, or the keys are out of reach.
   */
  verify(token: string, resource: string | null): VerifiedAccessToken | Promise<VerifiedAccessToken> {
    return accepted(this.check(token, resource));
  }

  /**
   * As `verify`, which throws what this returns for a token that is over, is for somebody else or is no token at all:
   * whoever refuses many looks at it, since to throw and catch costs more than all the rest.
   */
  check(
    token: string,
    resource: string | null,
  ): VerifiedAccessToken | InvalidTokenError | Promise<VerifiedAccessToken> {
    const known = this.seen.get(token);
    if (known) return this.accept(known, resource);
    const encoded = decodeAccessToken(token);
    return encoded instanceof InvalidTokenError ? encoded : this.verifyFirst(token, encoded, resource);
  }

  private async verifyFirst(
    token: string,
    encoded: EncodedAccessToken,
    resource: string | null,
  ): Promise<VerifiedAccessToken> {
    // RFC 9068 §4: any other type, an id_token for one, must be refused.
    if (!this.profile.takes(encoded.type)) throw INVALID_TOKEN.otherType;
    const key = await this.keys.find(encoded.keyId, encoded.algorithm);
    if (!key || !isSignedWith(key, encoded)) throw INVALID_TOKEN.badSignature;
    const verified = readClaims(this.profile.claims(encoded), key.kid, this.issuer, this.clock.now());
    await this.status.learn(verified);
    accepted(this.accept(verified, resource));
    this.seen.add(token, verified, this.clock.now());
    return verified;
  }

  /** What must be asked again on every call: audience, time and revocation. */
  private accept(
    token: VerifiedAccessToken,
    resource: string | null,
  ): VerifiedAccessToken | InvalidTokenError {
    // MCP 2026-07-28, "Token Handling": only tokens issued for this very server.
    if (resource !== null && token.resource !== resource) return INVALID_TOKEN.otherResource;
    if (token.expiresAt <= this.clock.now()) return INVALID_TOKEN.expired;
    return this.status.isRevoked(token) ? INVALID_TOKEN.revoked : token;
  }
}

/** @throws InvalidTokenError */
function accepted<Checked>(checked: Checked | InvalidTokenError): Checked {
  if (checked instanceof InvalidTokenError) throw checked;
  return checked;
}

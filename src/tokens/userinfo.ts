import { Injectable } from '@nestjs/common';
import { AccountDirectory } from '../host/account-directory.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import { standardClaims } from '../host/standard-claims.js';
import { OAuthError } from '../oauth/errors.js';
import { dpopChallenge } from '../oauth/challenge.js';
import type { SentToken } from '../oauth/sent-token.js';
import { OPENID } from '../oauth/server-scopes.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { DpopProofs, type ProvedRequest } from '../verification/dpop-proofs.js';
import { InvalidProofError } from '../verification/invalid-proof.error.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import { ProofOfPossession } from '../verification/proof-of-possession.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { permittedClaims } from './permitted-claims.js';

/** RFC 6750 §3.1: the error stands in the challenge only when a token was sent. */
export function userinfoChallenge(
  problem: string | null,
  scheme: SentToken['scheme'] = 'Bearer',
): OAuthError {
  const error = 'invalid_token' as const;
  const bearer = problem !== null && scheme === 'Bearer' ? `Bearer error="${error}"` : 'Bearer';
  const dpop = dpopChallenge(problem !== null && scheme === 'DPoP' ? { error } : {});
  return new OAuthError(error, problem ?? 'An access token is needed.', 401, {
    headers: { 'WWW-Authenticate': `${bearer}, ${dpop}` },
  });
}

/** Says who a person is, as they are now (OpenID Connect Core §5.3.2). */
@Injectable()
export class Userinfo {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly possession: ProofOfPossession,
    private readonly proofs: DpopProofs,
    private readonly accounts: AccountDirectory,
    private readonly provider: ClaimsProvider,
  ) {}

  /**
   * What an access token of any resource opens, when `openid` was granted with it.
   * @throws OAuthError 401 for a bad token and a disabled account, 403 without `openid` (OpenID Connect Core §5.3.3).
   */
  async describe(sent: SentToken, request: ProvedRequest): Promise<Record<string, unknown>> {
    const { userId, clientId, resource, scopes } = await this.verify(sent, request);
    if (!scopes.includes(OPENID))
      throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.', 403, {
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="openid"' },
      });
    const account = userId === null ? null : await this.accounts.find(userId);
    if (!account || account.disabled)
      throw userinfoChallenge('The account is gone or disabled.', sent.scheme);
    const added = await this.provider.userInfo({ account, clientId, resource, scopes });
    return { ...permittedClaims(added), ...standardClaims(account, scopes), sub: account.id };
  }

  private async verify(sent: SentToken, request: ProvedRequest): Promise<VerifiedAccessToken> {
    try {
      const verified = await this.verifier.verify(sent.token, null);
      this.possession.require(verified, sent, () => request);
      return verified;
    } catch (error) {
      if (error instanceof InvalidTokenError) throw userinfoChallenge(error.message, sent.scheme);
      if (!(error instanceof InvalidProofError)) throw error;
      const challenge = `Bearer, ${dpopChallenge({ error: error.error, description: error.message })}`;
      throw new OAuthError(error.error, error.message, 401, {
        headers: { 'WWW-Authenticate': challenge, ...this.proofs.nonceHeader() },
      });
    }
  }
}

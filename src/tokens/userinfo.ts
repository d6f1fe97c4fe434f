import { Injectable } from '@nestjs/common';
import { AccountDirectory } from '../host/account-directory.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import { standardClaims } from '../host/standard-claims.js';
import { OAuthError } from '../oauth/errors.js';
import { OPENID } from '../oauth/server-scopes.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { permittedClaims } from './permitted-claims.js';

/** RFC 6750 §3.1: the error stands in the challenge only when a token was sent. */
export function userinfoChallenge(problem: string | null): OAuthError {
  return new OAuthError('invalid_token', problem ?? 'An access token is needed.', 401, {
    headers: { 'WWW-Authenticate': problem === null ? 'Bearer' : 'Bearer error="invalid_token"' },
  });
}

/** Says who a person is, as they are now (OpenID Connect Core §5.3.2). */
@Injectable()
export class Userinfo {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly accounts: AccountDirectory,
    private readonly provider: ClaimsProvider,
  ) {}

  /**
   * What an access token of any resource opens, when `openid` was granted with it.
   * @throws OAuthError 401 for a bad token and a disabled account, 403 without `openid` (OpenID Connect Core §5.3.3).
   */
  async describe(accessToken: string): Promise<Record<string, unknown>> {
    const { userId, clientId, resource, scopes } = await this.verify(accessToken);
    if (!scopes.includes(OPENID))
      throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.', 403, {
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="openid"' },
      });
    const account = userId === null ? null : await this.accounts.find(userId);
    if (!account || account.disabled) throw userinfoChallenge('The account is gone or disabled.');
    const added = await this.provider.userInfo({ account, clientId, resource, scopes });
    return { ...permittedClaims(added), ...standardClaims(account, scopes), sub: account.id };
  }

  private async verify(accessToken: string): Promise<VerifiedAccessToken> {
    try {
      return await this.verifier.verify(accessToken, null);
    } catch (error) {
      if (error instanceof InvalidTokenError) throw userinfoChallenge(error.message);
      throw error;
    }
  }
}

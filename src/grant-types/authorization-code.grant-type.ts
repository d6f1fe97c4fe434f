import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import type { Parameters } from '../oauth/parameters.js';
import { codeChallenge, isCodeVerifier } from '../oauth/pkce.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { CodeRedemption } from './code-redemption.js';
import type { GrantType } from './grant-type.js';

/** OAuth 2.1 §4.1.3. `redirect_uri` may be left out (§10.2); when it is sent, it must be the one of the request. */
@Injectable()
export class AuthorizationCodeGrantType implements GrantType {
  readonly name = 'authorization_code';
  readonly isOn = true;
  readonly isOpen = true;

  constructor(
    private readonly grants: KnownGrants,
    private readonly redemption: CodeRedemption,
    private readonly resources: ProtectedResources,
  ) {}

  async exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    const code = parameters.require('code');
    const verifier = parameters.require('code_verifier');
    if (!isCodeVerifier(verifier)) throw new InvalidRequestError('The code_verifier is malformed.');
    const codeHash = digest(code);
    const resource = this.resources.requested(parameters.getAll('resource'))?.identifier ?? null;
    return this.redemption.redeem({
      grantType: this.name,
      what: 'code',
      codeHash,
      redirectUri: parameters.get('redirect_uri') ?? null,
      codeChallenge: codeChallenge(verifier),
      resource,
      facts: await this.grants.ofCode(codeHash),
      client,
      keyThumbprint,
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import type { Parameters } from '../oauth/parameters.js';
import { codeChallenge, isCodeVerifier } from '../oauth/pkce.js';
import { keyHolder } from '../oauth/key-holder.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { CodeStore } from '../persistence/code.store.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { GrantAdmission } from './grant-admission.js';
import { GrantOutcome } from './grant-outcome.js';
import type { GrantType } from './grant-type.js';

/** OAuth 2.1 §4.1.3. `redirect_uri` may be left out (§10.2); when it is sent, it must be the one of the request. */
@Injectable()
export class AuthorizationCodeGrantType implements GrantType {
  readonly name = 'authorization_code';
  readonly isOn = true;
  readonly isOpen = true;

  constructor(
    private readonly store: CodeStore,
    private readonly grants: KnownGrants,
    private readonly admission: GrantAdmission,
    private readonly issuer: TokenIssuer,
    private readonly idTokens: IdTokenIssuer,
    private readonly outcome: GrantOutcome,
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
    const pair = this.issuer.prepare(this.name, keyThumbprint);
    const codeHash = digest(code);
    const resource = this.resources.requested(parameters.getAll('resource'))?.identifier ?? null;
    const facts = await this.grants.ofCode(codeHash);
    const asked = await this.admission.ask(facts, client);
    const redeemed = await this.store.redeem({
      codeHash,
      clientId: client.clientId,
      redirectUri: parameters.get('redirect_uri') ?? null,
      codeChallenge: codeChallenge(verifier),
      resource,
      admission: asked.admission,
      holder: keyHolder(client, keyThumbprint),
      token: pair.record,
    });
    if (redeemed?.outcome !== 'issued') return this.outcome.refuse(redeemed, asked, 'code');
    if (asked.admission !== 'granted') throw new Error('A code was redeemed that nobody agreed to.');
    const refreshToken = redeemed.refreshable ? pair.refreshToken : undefined;
    if (refreshToken !== undefined) this.grants.remember(pair.record.refreshHash, asked.facts);
    const answer = await this.issuer.answer(redeemed, pair, asked, refreshToken);
    if (redeemed.idTokenClaims === null) return answer;
    return { ...answer, id_token: await this.idTokens.sign(redeemed, answer.access_token, pair.record.now) };
  }
}

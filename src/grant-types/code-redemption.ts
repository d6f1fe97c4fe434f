import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { keyHolder } from '../oauth/key-holder.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { CodeStore, type Redemption } from '../persistence/code.store.js';
import type { GrantFacts } from '../persistence/issued-token.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { GrantAdmission } from './grant-admission.js';
import { GrantOutcome } from './grant-outcome.js';

/** A code that a client presents, and who it is. */
export interface PresentedCode extends Pick<
  Redemption,
  'codeHash' | 'redirectUri' | 'codeChallenge' | 'resource'
> {
  /** `grant_type`. */
  grantType: string;
  /** What sentences call it. */
  what: string;
  /** What its grant says; null for an unknown one. */
  facts: GrantFacts | null;
  client: OAuthClient;
  /** Of the key that the client has proved to hold; null for none. */
  keyThumbprint: string | null;
}

/** Gives the tokens for a code that a person's yes has made. */
@Injectable()
export class CodeRedemption {
  constructor(
    private readonly store: CodeStore,
    private readonly grants: KnownGrants,
    private readonly admission: GrantAdmission,
    private readonly issuer: TokenIssuer,
    private readonly idTokens: IdTokenIssuer,
    private readonly outcome: GrantOutcome,
  ) {}

  /** @throws InvalidGrantError for a code that is not good; one that was redeemed before has ended its grant. */
  async redeem(presented: PresentedCode): Promise<TokenResponse> {
    const { grantType, what, facts, client, keyThumbprint } = presented;
    const pair = this.issuer.prepare(grantType, keyThumbprint);
    const asked = await this.admission.ask(facts, client);
    const redeemed = await this.store.redeem({
      codeHash: presented.codeHash,
      redirectUri: presented.redirectUri,
      codeChallenge: presented.codeChallenge,
      resource: presented.resource,
      clientId: client.clientId,
      admission: asked.admission,
      holder: keyHolder(client, keyThumbprint),
      token: pair.record,
    });
    if (redeemed?.outcome !== 'issued') return this.outcome.refuse(redeemed, asked, what);
    if (asked.admission !== 'granted') throw new Error('A code was redeemed that nobody agreed to.');
    const refreshToken = redeemed.refreshable ? pair.refreshToken : undefined;
    if (refreshToken !== undefined) this.grants.remember(pair.record.refreshHash, asked.facts);
    const answer = await this.issuer.answer(redeemed, pair, asked, refreshToken);
    if (redeemed.idTokenClaims === null) return answer;
    return { ...answer, id_token: await this.idTokens.sign(redeemed, answer.access_token, pair.record.now) };
  }
}

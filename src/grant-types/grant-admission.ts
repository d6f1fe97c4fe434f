import { Injectable } from '@nestjs/common';
import { AccountDirectory } from '../host/account-directory.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import type { OAuthClient } from '../oauth/client.js';
import type { GrantFacts } from '../persistence/issued-token.js';
import { permittedClaims } from '../tokens/permitted-claims.js';
import type { AdmittedToken } from '../tokens/token-issuer.js';

/** What the host says of a token, before anything of the grant is consumed for it. */
export type Asked =
  | ({ admission: 'granted'; facts: GrantFacts } & AdmittedToken)
  | { admission: 'refused'; reason: string }
  /** Nobody was asked: the request is not about a grant of this client's. */
  | { admission: null };

/** Asks the host whether a grant may still be used. It may be away: then nothing has happened, and a retry succeeds. */
@Injectable()
export class GrantAdmission {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly provider: ClaimsProvider,
  ) {}

  /**
   * @param requested null for all that the grant has.
   * @throws what the host throws, with nothing consumed.
   */
  async ask(
    facts: GrantFacts | null,
    client: OAuthClient,
    requested: readonly string[] | null = null,
  ): Promise<Asked> {
    if (facts?.clientId !== client.clientId) return { admission: null };
    const { userId, resource, redirectUri, scopes: granted } = facts;
    const scopes = requested ?? granted;
    if (!scopes.every((scope) => granted.includes(scope))) return { admission: null };
    const account = await this.accounts.find(userId);
    if (!account || account.disabled)
      return { admission: 'refused', reason: 'The account is gone or disabled.' };
    const question = { account, client, redirectUri, resource, scopes, at: 'token' } as const;
    const decision = await this.policy.decide(question);
    if (decision.outcome !== 'allowed')
      return { admission: 'refused', reason: 'This access is not allowed any more.' };
    const context = { account, clientId: client.clientId, resource, scopes: decision.scopes };
    const claims = permittedClaims(await this.provider.accessToken(context));
    return { admission: 'granted', facts, scopes: decision.scopes, claims };
  }
}

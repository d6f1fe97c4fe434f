import { Injectable } from '@nestjs/common';
import { AccountDirectory, type McpAccount } from '../host/account-directory.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import {
  InsufficientAuthenticationError,
  InvalidRequestError,
  InvalidScopeError,
  InvalidTargetError,
  UnauthorizedClientError,
} from '../oauth/errors.js';
import type { LinkedServer } from '../oauth/linked-server.js';
import { canonicalResource } from '../oauth/resource.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import { IdTokenVerifier, type SignInFacts } from '../tokens/id-token-verifier.js';
import { IdentityAssertionIssuer } from '../tokens/identity-assertion-issuer.js';
import type { ExchangeRequest, TokenExchange } from './token-exchange.js';

/**
 * An id_token of ours for an assertion that another server takes (draft-ietf-oauth-identity-assertion-authz-grant §4.3):
 * to clients, servers and scopes that an administrator has linked, and to no others.
 */
@Injectable()
export class IdentityAssertionExchange implements TokenExchange {
  readonly name = 'identity-assertion';
  readonly isOn: boolean;
  readonly takes = [TOKEN_TYPE.idToken];
  readonly issues = TOKEN_TYPE.identityAssertion;
  readonly isForElsewhere = true;

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly idTokens: IdTokenVerifier,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly issuer: IdentityAssertionIssuer,
    private readonly clock: Clock,
  ) {
    this.isOn = settings.linkedServers.length > 0;
  }

  /**
   * @throws InvalidRequestError for a subject token that is not good, or another client's (RFC 8693 §2.2.2).
   * @throws InvalidTargetError for a server, a resource or a person that the client is not linked for.
   * @throws InsufficientAuthenticationError for a sign-in that is too long ago (RFC 9470 §3).
   */
  async exchange(
    request: ExchangeRequest,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    const { server, resource } = this.targetOf(request, client);
    const asked = request.scopes ?? server.scopes;
    const scopes = asked.filter((scope) => server.scopes.includes(scope));
    if (scopes.length === 0) throw new InvalidScopeError('The client may have none of these scopes there.');
    const signIn = await this.idTokens.verify(request.subjectToken, client.clientId);
    const account = signIn && (await this.accounts.find(signIn.accountId));
    if (!signIn || !account || account.disabled)
      throw new InvalidRequestError('The subject_token is invalid, expired, or not for this client.');
    this.checkAge(signIn, server);
    const allowed = await this.permitted(account, client, server, resource, scopes);
    const { grantType } = request;
    return this.issuer.issue({
      grantType,
      account,
      signIn,
      server,
      resource,
      scopes: allowed,
      keyThumbprint,
    });
  }

  private targetOf({ audience, resource }: ExchangeRequest, client: OAuthClient) {
    const linked = this.settings.linkedServers.filter((one) => one.client === client.clientId);
    const isKnown = client.source !== 'registered' && client.tokenEndpointAuthMethod !== 'none';
    if (linked.length === 0 || !isKnown || client.kind !== 'application')
      throw new UnauthorizedClientError('The client may not ask for assertions.');
    if (audience === null)
      throw new InvalidRequestError('The request must name the other server as audience.');
    const targets = linked
      .filter(({ issuer }) => isSame(issuer, audience))
      .flatMap((server) => server.resources.map((identifier) => ({ server, resource: identifier })))
      .filter((one) => resource === null || isSame(one.resource, resource));
    const [target, ...others] = targets;
    if (!target || others.length > 0)
      throw new InvalidTargetError(
        'The client is not linked with this audience and resource, or with several.',
      );
    return target;
  }

  private checkAge({ authTime }: SignInFacts, { maxAge }: LinkedServer): void {
    if (maxAge !== null && authTime * 1000 + maxAge * 1000 < this.clock.now())
      throw new InsufficientAuthenticationError('The person has to sign in again.', maxAge);
  }

  private async permitted(
    account: McpAccount,
    client: OAuthClient,
    { issuer: audience, groups }: LinkedServer,
    resource: string,
    scopes: readonly string[],
  ): Promise<readonly string[]> {
    const isOfGroup = groups?.some((group) => account.groups?.includes(group)) ?? true;
    if (!isOfGroup) throw new InvalidTargetError('This access is not allowed.');
    const question = { account, client, redirectUri: null, resource, scopes, audience } as const;
    const decision = await this.policy.decide({ ...question, at: 'token' });
    if (decision.outcome === 'allowed') return decision.scopes;
    throw new InvalidTargetError('This access is not allowed.');
  }
}

/** Whether two URLs are the same to whoever reads them: what is signed is the one that is linked. */
function isSame(one: string, other: string): boolean {
  return one === other || (canonicalResource(one) ?? '') === canonicalResource(other);
}

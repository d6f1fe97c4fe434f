import { Injectable } from '@nestjs/common';
import { type AssertionClaims, readAssertion } from '../assertions/assertion-claims.js';
import { AssertionVerifier, singleUse } from '../assertions/assertion-verifier.js';
import {
  IDENTITY_ASSERTION,
  type IdentityAssertion,
  readIdentityAssertion,
} from '../assertions/identity-assertion.js';
import { IssuerKeys } from '../assertions/issuer-keys.js';
import { AccountDirectory, type McpAccount } from '../host/account-directory.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidGrantError, UnauthorizedClientError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import type { TokenResponse } from '../oauth/token-request.js';
import type { IdentityAssertionRule } from '../oauth/trusted-issuer.js';
import { AssertedGrantStore } from '../persistence/asserted-grant.store.js';
import { permittedClaims } from '../tokens/permitted-claims.js';
import { type PreparedPair, TokenIssuer } from '../tokens/token-issuer.js';
import { assertedResource, assertedScopes } from './asserted-access.js';

/** Seconds. */
const LONGEST_LIFE = 3_600;

/** An assertion that is its issuer's, and may be presented by the client that does. */
interface Presented {
  claims: AssertionClaims;
  said: IdentityAssertion;
  rule: IdentityAssertionRule;
}

/** What a token will be for. */
interface Access {
  account: McpAccount;
  resource: string;
  scopes: readonly string[];
  pair: PreparedPair;
}

/** Access tokens for people whom a company's identity provider asserts (draft-ietf-oauth-identity-assertion-authz-grant §4.4). */
@Injectable()
export class AssertedPersonTokens {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: IssuerKeys,
    private readonly verifier: AssertionVerifier,
    private readonly resources: ProtectedResources,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly provider: ClaimsProvider,
    private readonly store: AssertedGrantStore,
    private readonly issuer: TokenIssuer,
  ) {}

  /**
   * There is no refresh token: the provider is asked again.
   * @param keyThumbprint of the key that the client has proved to hold.
   * @throws UnauthorizedClientError for a client that no rule names, that registered itself, or that has nothing to prove
   * itself with.
   * @throws InvalidGrantError for whatever is wrong with the assertion, or with what is asked for with it.
   * @throws TemporarilyUnavailableError when the issuer's keys are out of reach; nothing is used up then.
   */
  async issue(
    grantType: string,
    client: OAuthClient,
    parameters: Parameters,
    keyThumbprint: string | null,
    address?: string,
  ): Promise<TokenResponse> {
    const rules = this.settings.identityAssertions.filter(({ clients }) => clients.includes(client.clientId));
    const isKnown = client.source !== 'registered' && client.tokenEndpointAuthMethod !== 'none';
    if (rules.length === 0 || !isKnown || client.kind !== 'application' || client.resource !== null)
      throw new UnauthorizedClientError('The client may not use this grant type.');
    const pair = this.issuer.prepare(grantType, keyThumbprint);
    const presented = await this.verify(client, rules, parameters.require('assertion'), address);
    const { claims } = presented;
    const detail = { assertionIssuer: claims.iss, assertionSubject: claims.sub };
    try {
      const access = await this.decide(presented, client, parameters, pair);
      return await this.record(presented, client, access, detail);
    } catch (error) {
      if (!(error instanceof InvalidGrantError)) throw error;
      throw new InvalidGrantError(error.description, { cause: error, audited: detail });
    }
  }

  private async verify(
    client: OAuthClient,
    rules: readonly IdentityAssertionRule[],
    assertion: string,
    address: string | undefined,
  ): Promise<Presented> {
    const issuer = readAssertion(assertion)?.iss;
    const [named] = rules.filter((rule) => rule.issuer === issuer);
    const trusted = this.settings.trustedIssuers.find((one) => one.issuer === named?.issuer);
    const claims =
      trusted &&
      (await this.verifier.check(assertion, {
        issuer: trusted.issuer,
        audiences: [this.settings.issuer],
        types: [IDENTITY_ASSERTION],
        keys: this.keys.of(trusted, address),
        longestLife: LONGEST_LIFE,
        address,
      }));
    const said = claims ? readIdentityAssertion(claims) : null;
    const rule = rules.find((one) => one.issuer === issuer && one.tenant === said?.tenant);
    // One sentence for every reason: whom this server trusts is nobody's business.
    if (!claims || !said || !rule || said.clientId !== client.clientId)
      throw new InvalidGrantError('The assertion is invalid, expired, or not for this client and server.');
    return { claims, said, rule };
  }

  private async decide(
    { claims, said, rule }: Presented,
    client: OAuthClient,
    parameters: Parameters,
    prepared: PreparedPair,
  ): Promise<Access> {
    if (said.keyThumbprint !== null && said.keyThumbprint !== prepared.keyThumbprint)
      throw new InvalidGrantError('The assertion is for whoever proves to hold its key.');
    const requested = this.resources.requested(parameters.getAll('resource'));
    const resource = assertedResource(this.resources, said, rule, requested);
    const asked = assertedScopes(said, rule, resource, parameters.get('scope'));
    const { account, pair } = await this.accountOf(claims, said, prepared);
    if (!account || account.disabled)
      throw new InvalidGrantError('Nobody who has access here is the subject of the assertion.');
    const scopes = await this.permitted(account, client, resource, asked, claims);
    return { account, resource: resource.identifier, scopes, pair };
  }

  private async accountOf(
    { iss: issuer, sub: subject, members: claims }: AssertionClaims,
    { tenant, email, emailVerified }: IdentityAssertion,
    pair: PreparedPair,
  ): Promise<{ account: McpAccount | null; pair: PreparedPair }> {
    const person = { issuer, subject, tenant, email, emailVerified, claims };
    const account = await this.accounts.asserted(person);
    if (!account?.renewed) return { account, pair };
    // Whatever was prepared before is dead. The account is read after the new time, so that what ends in between is seen.
    const later = this.issuer.prepare(pair.grantType, pair.keyThumbprint);
    return {
      account: await this.accounts.find(account.id),
      pair: { ...later, issuedAt: later.issuedAt + 1 },
    };
  }

  private async permitted(
    account: McpAccount,
    client: OAuthClient,
    { identifier: resource }: ProtectedResource,
    scopes: readonly string[],
    { iss: issuer, members: claims }: AssertionClaims,
  ): Promise<readonly string[]> {
    const assertion = { issuer, claims };
    const question = { account, client, redirectUri: null, resource, scopes, assertion } as const;
    const decision = await this.policy.decide({ ...question, at: 'token' });
    if (decision.outcome === 'allowed') return decision.scopes;
    throw new InvalidGrantError('This access is not allowed.');
  }

  private async record(
    { claims, said }: Presented,
    client: OAuthClient,
    { account, resource, scopes, pair }: Access,
    detail: Record<string, string>,
  ): Promise<TokenResponse> {
    const context = { account, clientId: client.clientId, resource, scopes };
    const added = permittedClaims(await this.provider.accessToken(context));
    const issued = await this.store.insert({
      userId: account.id,
      client,
      resource,
      scopes,
      authenticatedAt: new Date((said.authTime ?? claims.iat ?? 0) * 1000),
      amr: said.amr,
      acr: said.acr,
      use: singleUse(claims),
      keyThumbprint: pair.keyThumbprint,
      token: pair.record,
    });
    if (issued?.outcome === 'replayed') throw new InvalidGrantError('The assertion was used before.');
    if (issued?.outcome !== 'issued') throw new InvalidGrantError('The client or the resource is disabled.');
    return this.issuer.answer(issued, pair, { scopes, claims: added, detail });
  }
}

import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import type { AuditDetail } from '../host/audit-log.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import {
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  InvalidTargetError,
  TemporarilyUnavailableError,
  UnauthorizedClientError,
} from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { missingScopes, parseScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { ClientCredentialsStore } from '../persistence/client-credentials.store.js';
import type { SingleUse } from '../persistence/replay.store.js';
import { TokenIssuer } from '../tokens/token-issuer.js';

/** The assertion of a platform, which was found to be good. */
export interface PresentedAssertion {
  issuer: string;
  claims: Readonly<Record<string, unknown>>;
  /** Null where it may be presented again. */
  use: SingleUse | null;
}

/** Access tokens of clients that act for themselves: within the ceilings that an administrator set, and none beyond. */
@Injectable()
export class ServiceAccountTokens {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly clients: ClientRegistry,
    private readonly resources: ProtectedResources,
    private readonly policy: AuthorizationPolicy,
    private readonly store: ClientCredentialsStore,
    private readonly issuer: TokenIssuer,
  ) {}

  /**
   * A token for the resource and the scopes of a request; without them, for the only resource and all scopes there are.
   * @throws InvalidTargetError, InvalidScopeError for what is beyond the ceilings.
   * @throws UnauthorizedClientError where the policy says no.
   */
  async issue(
    grantType: string,
    account: OAuthClient,
    parameters: Parameters,
    keyThumbprint: string | null,
    assertion: PresentedAssertion | null = null,
  ): Promise<TokenResponse> {
    const tryIssue = (client: OAuthClient) =>
      this.tryIssue(grantType, client, parameters, keyThumbprint, assertion);
    const answer = await tryIssue(account);
    if (answer) return answer;
    // Its ceilings were changed a moment ago: by what they are now.
    const changed = await this.clients.load(account.clientId);
    const retried = changed && (await tryIssue(changed));
    if (retried) return retried;
    throw new TemporarilyUnavailableError('The client is being changed.');
  }

  /** Null when the ceilings are others than those of `account`. */
  private async tryIssue(
    grantType: string,
    account: OAuthClient,
    parameters: Parameters,
    keyThumbprint: string | null,
    assertion: PresentedAssertion | null,
  ): Promise<TokenResponse | null> {
    const resource = this.resourceOf(account, parameters.getAll('resource'));
    const most = Object.keys(resource.scopes).filter(
      (scope) => missingScopes([scope], account.scopeCeiling ?? [], resource.scopeHierarchy).length === 0,
    );
    const pair = this.issuer.prepare(grantType, keyThumbprint);
    const scopes = await this.permitted(account, resource, requested(parameters, resource, most), assertion);
    const issued = await this.store.issue({
      clientId: account.clientId,
      resource: resource.identifier,
      scopes,
      grantScopes: most,
      ceilings: { scopes: account.scopeCeiling ?? [], resources: account.resourceCeiling ?? [] },
      grantExpiresAt: new Date(pair.record.now.getTime() + this.settings.lifetimes.grant * 1000),
      use: assertion?.use ?? null,
      token: pair.record,
    });
    switch (issued?.outcome) {
      case 'issued':
        return this.issuer.answer(issued, pair, { scopes, claims: {}, detail: detailOf(assertion) });
      case 'changed':
        return null;
      case 'target':
        throw new InvalidTargetError('The resource is unknown.');
      case 'replayed':
        throw new InvalidGrantError('The assertion was used before.');
      default:
        throw assertion ? new InvalidGrantError('No rule lets this workload in.') : new InvalidClientError();
    }
  }

  private resourceOf({ resourceCeiling }: OAuthClient, named: readonly string[]): ProtectedResource {
    const allowed = (resourceCeiling ?? []).flatMap((identifier) => this.resources.find(identifier) ?? []);
    const asked = this.resources.requested(named);
    const [only, ...others] = asked ? [asked] : allowed.filter(({ enabled }) => enabled);
    if (!only || others.length > 0)
      throw new InvalidTargetError('The request names no resource, and the client has not exactly one.');
    if (!allowed.some(({ identifier }) => identifier === only.identifier))
      throw new InvalidTargetError('The client may not use this resource.');
    return only;
  }

  private async permitted(
    client: OAuthClient,
    { identifier }: ProtectedResource,
    scopes: readonly string[],
    presented: PresentedAssertion | null,
  ): Promise<readonly string[]> {
    const assertion = presented && { issuer: presented.issuer, claims: presented.claims };
    const question = { account: null, client, redirectUri: null, resource: identifier, scopes } as const;
    const decision = await this.policy.decide({ ...question, ...(assertion && { assertion }), at: 'token' });
    if (decision.outcome === 'allowed') return decision.scopes;
    throw new UnauthorizedClientError('This access is not allowed.');
  }
}

/** RFC 6749 §3.3: what is asked for beyond the ceiling is left out, and the answer says so. @throws InvalidScopeError */
function requested(
  parameters: Parameters,
  { scopes: known }: ProtectedResource,
  most: readonly string[],
): readonly string[] {
  const scope = parameters.get('scope');
  const named = scope === undefined ? most : parseScope(scope);
  const scopes = named.filter((each) => most.includes(each));
  if (scopes.length > 0 || (Object.keys(known).length === 0 && scope === undefined)) return scopes;
  throw new InvalidScopeError('The client may have none of these scopes.');
}

function detailOf(assertion: PresentedAssertion | null): Record<string, AuditDetail> {
  if (!assertion) return {};
  return { assertionIssuer: assertion.issuer, assertionSubject: String(assertion.claims['sub']) };
}

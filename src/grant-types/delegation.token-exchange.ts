import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { actorDepth } from '../oauth/actor.js';
import type { OAuthClient } from '../oauth/client.js';
import { delegableScopes } from '../oauth/delegation.js';
import {
  EndedSubjectError,
  InvalidRequestError,
  InvalidScopeError,
  InvalidTargetError,
  UnauthorizedClientError,
} from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { missingScopes } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { INVALID_TOKEN, InvalidTokenError } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { DelegatedTokens } from './delegated-tokens.js';
import type { ExchangeRequest, TokenExchange } from './token-exchange.js';

/** Nobody's fault: tokens end while a server works. */
const ENDED: readonly Error[] = [INVALID_TOKEN.expired, INVALID_TOKEN.revoked];

/**
 * Delegation (RFC 8693 §1.1): an MCP server exchanges the access token that it was called with for one that it calls
 * another server with, for the same person. It proves who it is by the credentials of its resource; that the token was
 * bound to a key of the client that called it (RFC 9449) does not matter, since it is for this server.
 */
@Injectable()
export class DelegationExchange implements TokenExchange {
  readonly name = 'delegation';
  readonly isOn: boolean;
  readonly takes = [TOKEN_TYPE.accessToken];
  readonly issues = TOKEN_TYPE.accessToken;

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly resources: ProtectedResources,
    private readonly verifier: AccessTokenVerifier,
    private readonly tokens: DelegatedTokens,
  ) {
    this.isOn = settings.delegation.rules.length > 0;
  }

  async exchange(
    request: ExchangeRequest,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    if (client.resource === null)
      throw new UnauthorizedClientError(
        'Only the server of a protected resource may exchange access tokens.',
      );
    const subject = await this.verify(request.subjectToken, client.resource);
    if (subject.userId === null || subject.grantId === null)
      throw new InvalidRequestError('The subject_token speaks for no person.');
    if (actorDepth(subject.actor) >= this.settings.delegation.depth)
      throw new InvalidRequestError('The subject_token went through too many servers.');
    const target = this.target(request);
    const scopes = this.scopes(request, subject, target);
    return this.tokens.issue(request.grantType, client, keyThumbprint, {
      subject: { ...subject, userId: subject.userId },
      resource: target.identifier,
      scopes,
      actor: { sub: client.clientId, ...(subject.actor && { act: subject.actor }) },
      lineage: [...subject.delegatedFrom, subject.grantId],
    });
  }

  /** RFC 8693 §2.1: a token for whoever exchanges it, and no other. */
  private async verify(token: string, resource: string): Promise<VerifiedAccessToken> {
    try {
      return await this.verifier.verify(token, resource);
    } catch (error) {
      if (!(error instanceof InvalidTokenError)) throw error;
      const RefusalError = ENDED.includes(error) ? EndedSubjectError : InvalidRequestError;
      throw new RefusalError(`The subject_token is not good: ${error.message}`);
    }
  }

  private target({ resource, audience }: ExchangeRequest): ProtectedResource {
    if (audience !== null)
      throw new InvalidTargetError('A server is named by `resource`, not by `audience`.');
    const target = this.resources.requested(resource === null ? [] : [resource]);
    if (target) return target;
    throw new InvalidTargetError('The request names no resource.');
  }

  private scopes(
    { scopes: asked }: ExchangeRequest,
    subject: VerifiedAccessToken,
    target: ProtectedResource,
  ): readonly string[] {
    const rules = this.settings.delegation.rules.filter(
      ({ from, to }) => from === subject.resource && to === target.identifier,
    );
    const from = this.resources.find(subject.resource);
    if (rules.length === 0 || !from)
      throw new InvalidTargetError('This server may not call that one for others.');
    const most = delegableScopes(rules, subject.scopes, from, target);
    const isKnown = (scope: string) => Object.hasOwn(target.scopes, scope);
    const given = asked ?? most ?? [];
    if (!most || !given.every(isKnown) || missingScopes(given, most, target.scopeHierarchy).length > 0)
      throw new InvalidScopeError('The scope exceeds what this server may have there for the subject_token.');
    if (given.length === 0 && Object.keys(target.scopes).length > 0)
      throw new InvalidScopeError('The subject_token allows none of the scopes there.');
    return given;
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerToken, hasTokenInQuery } from '../oauth/bearer-token.js';
import { OAuthError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { coversAny, missingScopes } from '../oauth/scope.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { type Demand, Demands } from './demand.js';
import { neededScopes, type RequestWithBody } from './needed-scopes.js';
import { pinRefusal, unavailable } from './refusals.js';
import { RequestAuth } from './request-auth.js';

type GuardedRequest = RequestWithBody & { auth?: unknown; raw?: IncomingMessage };

/**
 * Lets a request through when it carries an access token for this resource with the scopes it needs, and with at least
 * one of the resource's (MCP 2026-07-28, "Access Token Usage"). It refuses by throwing an `OAuthError` with a JSON-RPC
 * body and the challenge: 400, 401, 403, or 503 when nobody can say whether the token is good.
 */
@Injectable()
export class McpAuthGuard implements CanActivate {
  private readonly demands: Demands;

  constructor(
    private readonly verifier: AccessTokenVerifier,
    resources: ProtectedResources,
  ) {
    this.demands = new Demands(new Reflector(), resources);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = this.demands.of(context);
    if (demand === null) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const refuse = (error: unknown): never => {
      const refusal = asRefusal(error, demand);
      const response = http.getResponse<ServerResponse & { raw?: ServerResponse }>();
      if (refusal instanceof OAuthError) pinRefusal(response.raw ?? response, refusal);
      throw refusal;
    };
    try {
      const token = sentToken(request, demand);
      const verified = this.verifier.verify(token, demand.resource.identifier);
      // Nobody waits for a token that was seen before.
      if (!(verified instanceof Promise)) return admit(request, demand, verified, token);
      return verified.then((found) => admit(request, demand, found, token)).catch(refuse);
    } catch (error) {
      return refuse(error);
    }
  }
}

/** What a client is told: 503 where nobody can say whether its token is good. */
function asRefusal(error: unknown, { refusals }: Demand): unknown {
  if (error instanceof InvalidTokenError) return refusals.unauthorized(error.message);
  return error instanceof TemporarilyUnavailableError ? unavailable(error) : error;
}

function admit(request: GuardedRequest, demand: Demand, verified: VerifiedAccessToken, token: string): true {
  requireScopes(neededScopes(request, demand), demand, verified);
  request.auth = new RequestAuth(verified, token, demand);
  if (request.raw) Object.assign(request.raw, { auth: request.auth });
  return true;
}

function sentToken(request: GuardedRequest, { refusals }: Demand): string {
  if (hasTokenInQuery(request.raw ?? request))
    throw refusals.invalidRequest('An access token must not stand in the query string.');
  const sent = bearerToken(request.headers);
  if ('token' in sent) return sent.token;
  throw refusals.unauthorized(sent.problem === 'none' ? undefined : 'The access token is malformed.');
}

function requireScopes(
  needed: readonly string[],
  { resource: { scopeHierarchy, challengeScopes }, known, refusals }: Demand,
  token: VerifiedAccessToken,
): void {
  const missing = missingScopes(needed, token.scopes, scopeHierarchy);
  if (missing.length > 0) throw refusals.insufficientScope(needed, missing);
  if (known.length === 0 || coversAny(known, token.scopes, scopeHierarchy)) return;
  const first = challengeScopes.length > 0 ? challengeScopes : known;
  throw refusals.insufficientScope([...new Set([...needed, ...first])], first);
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerToken, hasTokenInQuery } from '../oauth/bearer-token.js';
import { OAuthError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { missingScopes } from '../oauth/scope.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { jsonRpcCalls, mirroredValue } from './called-tools.js';
import { PUBLIC, REQUIRED_SCOPES, RESOURCE, TOOL_SCOPES } from './decorators.js';
import { attachMcpSession, toMcpSession } from './mcp-session.js';
import { insufficientScope, invalidRequest, pinRefusal, unauthorized, unavailable } from './refusal.js';

type GuardedRequest = IncomingMessage & { body?: unknown; auth?: unknown; raw?: IncomingMessage };

interface Demand {
  resource: ProtectedResource;
  required: readonly string[];
  tools: ReadonlyMap<string, readonly string[]> | undefined;
}

/**
 * Lets a request through when it carries an access token for this resource with the scopes it needs
 * (MCP 2026-07-28, "Access Token Usage"). It refuses by throwing an `OAuthError` with a JSON-RPC body and the
 * challenge: 400, 401, 403, or 503 when nobody can say whether the token is good.
 */
@Injectable()
export class McpAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: AccessTokenVerifier,
    private readonly resources: ProtectedResources,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    try {
      const demand = this.demand(targets);
      const sent = this.sentToken(request, demand);
      const verified = await this.verify(sent, demand);
      this.requireScopes(request, demand, verified);
      this.attach(request, sent, verified);
      return true;
    } catch (error) {
      if (error instanceof OAuthError) {
        const response = context.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>();
        pinRefusal(response.raw ?? response, error);
      }
      throw error;
    }
  }

  private demand(targets: Parameters<Reflector['getAllAndOverride']>[1]): Demand {
    const identifier = this.reflector.getAllAndOverride<string | undefined>(RESOURCE, targets);
    const resource = identifier === undefined ? this.resources.default() : this.resources.find(identifier);
    if (!resource)
      throw new Error(`@Resource names ${identifier}, which is none of the configured resources.`);
    return {
      resource,
      required: this.reflector.getAllAndMerge<string[]>(REQUIRED_SCOPES, targets),
      tools: this.reflector.getAllAndOverride<Demand['tools']>(TOOL_SCOPES, targets),
    };
  }

  private sentToken(request: GuardedRequest, demand: Demand): string {
    if (hasTokenInQuery(request.raw ?? request))
      throw invalidRequest(demand.resource.identifier, 'An access token must not stand in the query string.');
    const sent = bearerToken(request.headers);
    if ('token' in sent) return sent.token;
    throw this.challenge(demand, sent.problem === 'none' ? undefined : 'The access token is malformed.');
  }

  private async verify(token: string, demand: Demand): Promise<VerifiedAccessToken> {
    try {
      return await this.verifier.verify(token, demand.resource.identifier);
    } catch (error) {
      if (error instanceof InvalidTokenError) throw this.challenge(demand, error.message);
      throw error instanceof OAuthError ? unavailable(error) : error;
    }
  }

  /** 401; `problem` says what is wrong with the token that was sent, if one was. */
  private challenge({ resource, required }: Demand, problem?: string): OAuthError {
    return unauthorized({
      resource: resource.identifier,
      scopes: [...new Set([...resource.challengeScopes, ...required])],
      ...(problem !== undefined && { error: 'invalid_token', description: problem }),
    });
  }

  private requireScopes(request: GuardedRequest, demand: Demand, token: VerifiedAccessToken): void {
    const { identifier, scopeHierarchy } = demand.resource;
    const needed = [...new Set([...demand.required, ...this.toolScopes(request, demand)])];
    const missing = missingScopes(needed, token.scopes, scopeHierarchy);
    if (missing.length > 0) throw insufficientScope(identifier, needed, missing);
  }

  /** What the called tools need, all of them for a batch. The parsed body decides; headers that disagree are refused. */
  private toolScopes(request: GuardedRequest, { resource: { identifier }, tools }: Demand): string[] {
    if (!tools || request.method !== 'POST') return [];
    const calls = jsonRpcCalls(request.body);
    if (calls === null) throw invalidRequest(identifier, 'The body is no parsed JSON-RPC message.');
    const { 'mcp-method': method, 'mcp-name': name } = request.headers;
    for (const call of calls) {
      const disagrees =
        (method !== undefined && method !== call.method) ||
        (name !== undefined && call.name !== null && mirroredValue(String(name)) !== call.name);
      if (disagrees)
        throw invalidRequest(identifier, 'Mcp-Method or Mcp-Name disagrees with the body.', true);
    }
    return calls.flatMap(({ method: called, name: tool }) =>
      called === 'tools/call' && tool !== null ? [...(tools.get(tool) ?? [])] : [],
    );
  }

  private attach(request: GuardedRequest, sent: string, verified: VerifiedAccessToken): void {
    const session = toMcpSession(verified);
    attachMcpSession(request, session);
    // The MCP SDK's AuthInfo, which tool handlers see as `extra.authInfo`.
    const auth = {
      token: sent,
      clientId: verified.clientId,
      scopes: [...verified.scopes],
      expiresAt: Math.floor(verified.expiresAt / 1000),
      get resource() {
        return new URL(verified.resource);
      },
      extra: { session },
    };
    request.auth = auth;
    if (request.raw) Object.assign(request.raw, { auth });
  }
}

import { type CanActivate, type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { OAuthError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { coversAny, missingScopes } from '../oauth/scope.js';
import { hasTokenInQuery, sentToken, type SentToken } from '../oauth/sent-token.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { DpopProofs } from '../verification/dpop-proofs.js';
import { InvalidProofError } from '../verification/invalid-proof.error.js';
import { InvalidTokenError } from '../verification/invalid-token.error.js';
import { ProofOfPossession } from '../verification/proof-of-possession.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { CallAudit } from './call-audit.js';
import { type Demand, Demands } from './demand.js';
import { GuardSettings } from './guard-settings.js';
import { calledWith, type GuardedRequest, guardedRequest, nodeRequest } from './guarded-call.js';
import { neededScopes } from './needed-scopes.js';
import { provedRequest } from './proved-request.js';
import { pinRefusal, unavailable } from './refusals.js';
import { RequestAuth } from './request-auth.js';
import { transportException } from './transport-exception.js';

/**
 * Lets a request through when it carries an access token for this resource with the scopes it needs, and with at least
 * one of the resource's (MCP 2026-07-28, "Access Token Usage"). It refuses by throwing an `OAuthError` with a JSON-RPC
 * body and the challenge: 400, 401, 403, or 503 when nobody can say whether the token is good.
 *
 * It works wherever it finds the HTTP request that carries the token: in handlers of HTTP, GraphQL, WebSockets and
 * `@rekog/mcp-nest`. Anywhere else a call is refused, and the error names its context.
 */
@Injectable()
export class McpAuthGuard implements CanActivate {
  private readonly demands: Demands;

  constructor(
    @Optional() private readonly verifier: AccessTokenVerifier,
    @Optional() resources: ProtectedResources,
    @Optional() private readonly calls: CallAudit,
    @Optional() private readonly possession: ProofOfPossession,
    @Optional() private readonly proofs: DpopProofs,
    @Optional() private readonly settings?: GuardSettings,
  ) {
    if (!verifier || !resources)
      throw new Error(
        'McpAuthGuard is used without a module that knows tokens: import McpAuthModule.forRoot or McpResourceModule.forRoot.',
      );
    this.demands = new Demands(new Reflector(), resources);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = this.demands.of(context);
    if (demand === null) return true;
    const request = guardedRequest(context);
    const found = sentToken(request.headers);
    const scheme = 'token' in found ? found.scheme : undefined;
    const refuse = (error: unknown) => refuseIn(context, this.asRefusal(error, demand, scheme));
    try {
      const sent = required(found, request, demand);
      if (sent instanceof OAuthError) return refuseIn(context, sent);
      const admit = (verified: VerifiedAccessToken): true => {
        this.possession.require(verified, sent, () => provedRequest(request, demand.resource.identifier));
        const called = calledWith(context, request);
        requireScopes(neededScopes(called, demand), demand, verified);
        const auth = new RequestAuth(verified, sent.token, this.verifier.watch, demand);
        this.letIn(request, auth);
        if (sent.scheme === 'DPoP') this.handOutNonce(context);
        this.calls.admitted(auth, called);
        return true;
      };
      const verified = this.verifier.check(sent.token, demand.resource.identifier);
      if (verified instanceof InvalidTokenError) return refuse(verified);
      // Nobody waits for a token that was seen before.
      if (!(verified instanceof Promise)) return admit(verified);
      return verified.then(admit).catch(refuse);
    } catch (error) {
      return refuse(error);
    }
  }

  private letIn(request: GuardedRequest, auth: RequestAuth): void {
    const raw: GuardedRequest = nodeRequest(request);
    const user = this.settings?.requestUser;
    if (user) request.user = raw.user = user(auth.extra.session);
    request.auth = raw.auth = auth;
  }

  /** RFC 9449 §8.2. */
  private handOutNonce(context: ExecutionContext): void {
    if (context.getType() !== 'http') return;
    for (const [name, value] of Object.entries(this.proofs.nonceHeader()))
      responseOf(context).setHeader(name, value);
  }

  /** What a client is told: 503 where nobody can say whether its token is good. */
  private asRefusal(error: unknown, { refusals }: Demand, scheme: SentToken['scheme'] | undefined): unknown {
    if (error instanceof InvalidTokenError) return refusals.unauthorized(error.message, scheme);
    if (error instanceof InvalidProofError) return refusals.unproven(error, this.proofs.nonceHeader());
    return error instanceof TemporarilyUnavailableError ? unavailable(error) : error;
  }
}

function responseOf(context: ExecutionContext): ServerResponse {
  const response = context.getArgByIndex<ServerResponse & { raw?: ServerResponse }>(1);
  return response.raw ?? response;
}

/** Rejects with a refusal in the way that its context takes it to the client; to throw it would cost a search for where. */
function refuseIn(context: ExecutionContext, refusal: unknown): Promise<never> {
  if (!(refusal instanceof OAuthError)) throw refusal;
  const kind = context.getType<string>();
  if (kind !== 'http')
    return transportException(kind, refusal).then((exception) => {
      throw exception;
    });
  pinRefusal(responseOf(context), refusal);
  return Promise.reject(refusal);
}

function required(
  found: ReturnType<typeof sentToken>,
  request: GuardedRequest,
  { refusals }: Demand,
): SentToken | OAuthError {
  if (hasTokenInQuery(nodeRequest(request)))
    return refusals.invalidRequest('An access token must not stand in the query string.');
  if ('token' in found) return found;
  return refusals.unauthorized(found.problem === 'none' ? undefined : 'The access token is malformed.');
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

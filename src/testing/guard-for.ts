import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Demands } from '../guard/demand.js';
import { guardedRequest } from '../guard/guarded-call.js';
import type { McpSession } from '../guard/mcp-session.js';
import { RequestAuth } from '../guard/request-auth.js';
import { type ProtectedResource } from '../oauth/resource.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ScopeHierarchy } from '../oauth/scope.js';
import { formatScope } from '../oauth/scope.js';

/** A session that a test describes; what it leaves out has a value all the same. */
export interface TestSession extends Partial<
  Pick<
    McpSession,
    'userId' | 'clientId' | 'scopes' | 'resource' | 'grantId' | 'tokenId' | 'issuedAt' | 'expiresAt' | 'actor'
  >
> {
  /** Claims that the token has beside those of the session. */
  claims?: Readonly<Record<string, unknown>>;
  /** What aborts when the session is over. Default: nothing does. */
  signal?: AbortSignal;
  /** Broader scopes and what they imply, for `may`. Default: none. */
  scopeHierarchy?: ScopeHierarchy;
}

const RESOURCE = 'http://localhost/mcp';
const LIFETIME = 3_600_000;

/**
 * A guard in place of `McpAuthGuard` that lets every request in with this session, without a module, a database or a
 * token: `overrideGuard(McpAuthGuard).useValue(guardFor({ userId: 'alice', scopes: ['notes:read'] }))`. It asks for no
 * scopes; `session.may` goes by the decorators of the handler.
 */
export function guardFor(session: TestSession): CanActivate {
  const { scopeHierarchy = {}, claims, signal = new AbortController().signal, ...described } = session;
  const now = Date.now();
  const verified = {
    userId: 'test-user',
    clientId: 'test-client',
    scopes: [],
    resource: RESOURCE,
    grantId: null,
    delegatedFrom: [],
    actor: null,
    tokenId: 'test-token',
    ...described,
    issuedAt: Number(described.issuedAt ?? now),
    expiresAt: Number(described.expiresAt ?? now + LIFETIME),
    keyId: 'test-key',
    status: null,
    confirmation: null,
  };
  const token = unsignedToken({
    iss: 'http://localhost',
    sub: verified.userId ?? verified.clientId,
    aud: verified.resource,
    exp: Math.floor(verified.expiresAt / 1000),
    iat: Math.floor(verified.issuedAt / 1000),
    jti: verified.tokenId,
    client_id: verified.clientId,
    scope: formatScope(verified.scopes),
    ...(verified.actor && { act: verified.actor }),
    ...claims,
  });
  const demands = new Demands(new Reflector(), new AnyResource(verified.resource, scopeHierarchy));
  return {
    canActivate(context: ExecutionContext): boolean {
      const demand = demands.of(context);
      if (demand === null) return true;
      const request = guardedRequest(context);
      request.auth = new RequestAuth(verified, token, { signal: () => signal }, demand);
      if (request.raw) Object.assign(request.raw, { auth: request.auth });
      return true;
    },
  };
}

function unsignedToken(claims: object): string {
  const parts = [{ alg: 'none' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${parts.join('.')}.`;
}

/** The session's resource, under whatever name a controller has for it. */
class AnyResource extends ProtectedResources {
  readonly issuer = 'http://localhost';
  private readonly resources: readonly ProtectedResource[];

  constructor(identifier: string, scopeHierarchy: ScopeHierarchy) {
    super();
    this.resources = [
      {
        identifier,
        name: identifier,
        scopes: {},
        challengeScopes: [],
        scopeHierarchy,
        accessTokenExpiresIn: null,
        signingAlgorithm: null,
        maxAge: null,
        enabled: true,
      },
    ];
  }

  all(): readonly ProtectedResource[] {
    return this.resources;
  }

  override find(): ProtectedResource {
    return this.default();
  }
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessTokenClaims } from '../oauth/access-token.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';

/** What a valid access token proves, given to a handler. */
export interface McpSession {
  /** Null for a service account. */
  readonly userId: string | null;
  /** The client that holds the token (`client_id`, RFC 9068 §2.2). */
  readonly clientId: string;
  /** What the token allows (`scope`). */
  readonly scopes: readonly string[];
  /** Identifier of the resource the token is for. */
  readonly resource: string;
  /** Null for a token of an issuer without grants. */
  readonly grantId: string | null;
  /** Unique to the token (`jti`). */
  readonly tokenId: string;
  /** When it was issued. */
  readonly issuedAt: Date;
  /** When it ends. */
  readonly expiresAt: Date;
  /** Everything the token says, as it says it. */
  readonly claims: Readonly<AccessTokenClaims>;
}

const described = new WeakMap<VerifiedAccessToken, McpSession>();

/** The session of a verified token: made once for all its calls, and so frozen. */
export function toMcpSession(token: VerifiedAccessToken): McpSession {
  const known = described.get(token);
  if (known) return known;
  const { userId, clientId, scopes, resource, grantId, tokenId, claims } = token;
  const session = Object.freeze({
    userId,
    clientId,
    scopes: Object.freeze([...scopes]),
    resource,
    grantId,
    tokenId,
    issuedAt: new Date(token.issuedAt),
    expiresAt: new Date(token.expiresAt),
    claims: Object.freeze(claims),
  });
  described.set(token, session);
  return session;
}

// A property and no WeakMap, whose entries cost the garbage collector more than the guard itself.
const SESSION = Symbol('mcp-auth:session');

interface WithSession {
  [SESSION]?: McpSession;
}

/** Keeps the session of a request for the handler. */
export function attachMcpSession(request: object, session: McpSession): void {
  (request as WithSession)[SESSION] = session;
}

/**
 * The session of the request, or one property of it: `@McpSession() session`, `@McpSession('userId') userId`.
 * `undefined` on a route that `McpAuthGuard` does not protect.
 */
export const McpSession = createParamDecorator(
  (property: keyof McpSession | undefined, context: ExecutionContext) => {
    const session = context.switchToHttp().getRequest<WithSession>()[SESSION];
    return property === undefined ? session : session?.[property];
  },
);

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '../oauth/actor.js';
import type { AccessTokenClaims } from '../oauth/access-token.js';
import { requestBehind } from './guarded-call.js';
import type { OperationKind } from './operation.js';
import { RequestAuth } from './request-auth.js';

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
  /**
   * The MCP server that calls on behalf of the person, and by `act` the one that called it (RFC 8693 §4.1); null for a
   * client that calls by itself. Only the first one counts for who may what (RFC 8693 §4.1).
   */
  readonly actor: Actor | null;
  /** Unique to the token (`jti`). */
  readonly tokenId: string;
  /** When it was issued. */
  readonly issuedAt: Date;
  /** When it ends. */
  readonly expiresAt: Date;
  /**
   * Aborted when the token expires or is revoked, within a second or two: for a stream or connection that would go on
   * without it. All sessions of a token share it, and nothing is watched until somebody asks for it.
   */
  readonly signal: AbortSignal;
  /** All that the token says, read when it is asked for. */
  readonly claims: Readonly<AccessTokenClaims>;
  /**
   * Whether it has the scopes that the handler's decorators ask for, for a tool, a resource by its URI, or a prompt:
   * `session.may('delete_note')`, `session.may('note://7', 'resource')`.
   * @throws Error for a session of `McpSessions`, which no handler has let in.
   */
  may(name: string, kind?: OperationKind): boolean;
}

/**
 * The session of the request, or one property of it: `@McpSession() session`, `@McpSession('userId') userId`.
 * `undefined` on a route that `McpAuthGuard` does not protect.
 */
export const McpSession = createParamDecorator(
  (property: Exclude<keyof McpSession, 'may'> | undefined, context: ExecutionContext) => {
    const auth = requestBehind(context)?.auth;
    const session: McpSession | undefined = auth instanceof RequestAuth ? auth.extra.session : undefined;
    return property === undefined ? session : session?.[property];
  },
);

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RequestAuth } from './request-auth.js';
import type { Session } from './session.js';

/** What a valid access token proves, given to a handler. */
export type McpSession = Session;

/**
 * The session of the request, or one property of it: `@McpSession() session`, `@McpSession('userId') userId`.
 * `undefined` on a route that `McpAuthGuard` does not protect.
 */
export const McpSession = createParamDecorator(
  (property: keyof McpSession | undefined, context: ExecutionContext) => {
    const { auth } = context.switchToHttp().getRequest<{ auth?: unknown }>();
    const session = auth instanceof RequestAuth ? auth.extra.session : undefined;
    return property === undefined ? session : session?.[property];
  },
);

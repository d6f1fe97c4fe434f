import type { IncomingMessage } from 'node:http';
import { type McpSession, missingScopes } from 'nestjs-mcp-auth';
import { ADMIN_SCOPE_HIERARCHY, type AdminScope, ALL_ADMIN_SCOPES } from '../config/admin-scopes.js';

/** What the access token proves that McpAuthGuard has let in. */
export function adminSession(request: IncomingMessage): McpSession {
  const { auth } = request as IncomingMessage & { auth?: { extra: { session: McpSession } } };
  if (!auth) throw new Error('A handler of the admin API stands behind McpAuthGuard.');
  return auth.extra.session;
}

/** All that some scopes stand for. */
export function impliedAdminScopes(scopes: readonly string[]): AdminScope[] {
  return ALL_ADMIN_SCOPES.filter(
    (scope) => missingScopes([scope], scopes, ADMIN_SCOPE_HIERARCHY).length === 0,
  );
}

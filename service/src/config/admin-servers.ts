import type { ResourceOptions } from 'nestjs-mcp-auth';
import { ADMIN_SCOPE_HIERARCHY, ADMIN_SCOPES } from './admin-scopes.js';
import type { PublicAddress } from './public-address.js';
import { RECENT_SIGN_IN } from './recent-sign-in.js';

export const ADMIN_API_PATH = '/admin/api/v1';
export const ADMIN_MCP_PATH = '/admin/mcp';

/** What administers this service by access tokens, as protected resources: REST, and the same as an MCP server. */
export function adminServers(
  address: PublicAddress,
): (ResourceOptions & { scopes: Record<string, string> })[] {
  const shared = {
    scopes: { ...ADMIN_SCOPES },
    scopeHierarchy: ADMIN_SCOPE_HIERARCHY,
    challengeScopes: ['admin:read'],
    // A browser that was left open hands out nothing that administers.
    maxAge: RECENT_SIGN_IN,
  };
  return [
    { ...shared, identifier: address.at(ADMIN_API_PATH), name: 'Administration (REST)' },
    { ...shared, identifier: address.at(ADMIN_MCP_PATH), name: 'Administration (MCP)' },
  ];
}

import type { AdminScope } from '../../config/admin-scopes.js';

/** What each tool takes, of the token and of the role; asked for by a challenge when it is needed. */
export const TOOL_SCOPES = {
  find_person: 'admin:read',
  find_client: 'admin:read',
  list_service_accounts: 'admin:read',
  get_client: 'admin:read',
  block_client: 'admin:clients',
  unblock_client: 'admin:clients',
  delete_client: 'admin:clients',
  get_settings: 'admin:read',
  list_connections: 'admin:read',
  count_connections: 'admin:read',
  revoke_connections: 'admin:connections',
  end_connection: 'admin:connections',
  search_audit: 'admin:audit',
  sign_everyone_out: 'admin:settings',
  who_can_reach: 'admin:read',
} as const satisfies Record<string, AdminScope>;

export type ToolName = keyof typeof TOOL_SCOPES;

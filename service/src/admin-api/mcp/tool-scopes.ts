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
  list_rules: 'admin:read',
  add_rule: 'admin:policy',
  change_rule: 'admin:policy',
  remove_rule: 'admin:policy',
  try_access: 'admin:read',
  list_servers: 'admin:read',
  check_server: 'admin:read',
  add_server: 'admin:servers',
  change_server: 'admin:servers',
  disable_server: 'admin:servers',
  enable_server: 'admin:servers',
  list_keys: 'admin:read',
  rotate_keys: 'admin:settings',
  list_waiting: 'admin:read',
  approve: 'admin:policy',
  refuse: 'admin:policy',
  sign_everyone_out: 'admin:settings',
} as const satisfies Record<string, AdminScope>;

export type ToolName = keyof typeof TOOL_SCOPES;

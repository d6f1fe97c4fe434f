/** What administering is made of: the scopes of the admin API and its MCP server, with the words of the consent page. */
export const ADMIN_SCOPES = {
  'admin:read': 'See people, applications, MCP servers, connections and rules of this service',
  'admin:audit': 'Search the audit of this service',
  'admin:people': 'Invite and change people, their roles and their accounts',
  'admin:clients': 'Change applications and service accounts',
  'admin:connections': 'End connections of people with applications',
  'admin:policy': 'Change who may use what, and approve applications',
  'admin:servers': 'Change MCP servers',
  'admin:settings': 'Change settings, identity providers and signing keys',
} as const;

export type AdminScope = keyof typeof ADMIN_SCOPES;

export const ALL_ADMIN_SCOPES = Object.keys(ADMIN_SCOPES) as readonly AdminScope[];

/** Whoever may change something may see it. */
export const ADMIN_SCOPE_HIERARCHY: Readonly<Record<string, readonly AdminScope[]>> = Object.fromEntries(
  ALL_ADMIN_SCOPES.filter((scope) => scope !== 'admin:read' && scope !== 'admin:audit').map((scope) => [
    scope,
    ['admin:read'] as const,
  ]),
);

// Who may import whom: from left to right, through any number of arrows, and never back. An import of a type counts.

/** Below `src/`: the rooms of the library and the files at its root. */
export const LIBRARY = {
  'index, resource, testing, service-kit': 'mcp-auth.module, mcp-resource.module, open-storage',
  'better-auth': 'imports',
  imports: 'clients, resources',
  'mcp-auth.module, open-storage': 'wiring, guard, mount',
  'mcp-resource.module': 'endpoints, guard, mount',
  wiring: 'mcp-auth.module-definition, mcp-auth.option-names, mcp-auth.settings, endpoints, guard',
  'mcp-auth.module-definition, mcp-auth.option-names, mcp-auth.settings': 'mcp-auth.options',
  'mcp-auth.options': 'resources, clients, assertions, guard',
  endpoints: 'interaction, grant-types, mount',
  'interaction, grant-types': 'client-auth',
  'client-auth': 'clients, resources, assertions',
  'clients, resources, assertions': 'tokens, fetching',
  fetching: 'host',
  tokens: 'persistence, verification',
  guard: 'verification',
  'persistence, verification': 'host',
  'host, mount': 'oauth',
};

/** Below `service/src/`: a staircase of features. */
export const SERVICE = {
  main: 'run',
  run: 'commands, serve',
  'commands, serve': 'start-service',
  'start-service': 'app.module',
  'app.module': 'library-module, example, admin-api',
  'admin-api': 'console',
  'library-module': 'schema',
  schema: 'console',
  console: 'account',
  account: 'sign-in',
  'sign-in': 'clients, servers, keys, settings',
  'clients, servers, keys, settings': 'policy',
  policy: 'people',
  people: 'audit',
  audit: 'operations',
  operations: 'web',
  example: 'web',
  web: 'config',
};

/** What the service imports of the library, by the package's name. */
export const ENTRIES = 'index, resource, testing, service-kit, better-auth';

/** Packages that the library keeps in a few of its rooms. */
export const KEPT = {
  'typeorm, @nestjs/typeorm': 'persistence, open-storage',
  'pg, @electric-sql/pglite': 'persistence',
  jose: 'tokens, verification, assertions, client-auth',
  'express, @types/express, @nestjs/platform-express': 'endpoints, interaction, mount',
};

/** What never comes into a process with `nestjs-mcp-auth/resource`. */
export const NEVER_WITH_RESOURCE = 'typeorm, @nestjs/typeorm, pg, @electric-sql/pglite';

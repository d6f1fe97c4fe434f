/**
 * The entry `nestjs-mcp-auth/better-auth`: for whoever moves over from Better Auth's MCP plugin.
 *
 * @packageDocumentation
 */
export {
  type BetterAuthAccount,
  BetterAuthDatabase,
  type BetterAuthDatabaseOptions,
  type BetterAuthPerson,
} from './imports/better-auth-database.js';
export type { BetterAuthModel } from './imports/better-auth-models.js';
export type { StoredSecrets } from './imports/client-secrets.js';
export {
  type BetterAuthImportOptions,
  importBetterAuth,
  type PeopleImport,
  type PeopleRun,
} from './imports/import-better-auth.js';
export {
  type BetterAuthReport,
  type ImportKind,
  ImportTally,
  type LeftBehind,
} from './imports/import-report.js';

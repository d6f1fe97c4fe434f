import {
  BetterAuthDatabase,
  type BetterAuthDatabaseOptions,
  type BetterAuthImportOptions,
  type BetterAuthReport,
  importBetterAuth,
} from '../../src/better-auth.js';
import { dataSourceOf, type TestService } from './app.js';
import type { BetterAuthApplication } from './better-auth.js';
import { TestAccounts } from './host.js';

type Names = Partial<BetterAuthDatabaseOptions>;

/** A dry run, unless the options name a transaction. */
export async function importInto(
  service: TestService,
  old: BetterAuthApplication,
  names: Names = {},
  options: BetterAuthImportOptions = {},
): Promise<BetterAuthReport> {
  const from = await BetterAuthDatabase.open({ url: old.url, ...names });
  try {
    const scopes = old.resource ? [] : ['notes:read'];
    const given = { resource: service.resource, scopes, secret: old.secret, refreshTokens: true, ...options };
    return await importBetterAuth(service.application, from, given);
  } finally {
    await from.close();
  }
}

export const applyImport = (service: TestService, old: BetterAuthApplication, names: Names = {}) =>
  dataSourceOf(service).transaction((transaction) => importInto(service, old, names, { transaction }));

/** The host has these people too, and is the MCP server that the second generation knows. */
export async function meet(service: TestService, old: BetterAuthApplication): Promise<void> {
  const { people } = service.application.get(TestAccounts);
  for (const { id, email } of Object.values(old.people)) people.set(id, { id, name: email, email });
  if (old.resource)
    for (const table of ['oauthRefreshToken', 'oauthConsent'])
      await old.sql(`UPDATE "${table}" SET "resources" = $1`, [JSON.stringify([service.resource])]);
}

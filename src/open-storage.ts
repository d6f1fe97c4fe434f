import type { DataSource } from 'typeorm';
import type { McpAuthOptions } from './mcp-auth.options.js';
import { resolveStorage } from './mcp-auth.settings.js';
import { openDataSource } from './persistence/data-source.js';
import { McpSecrets } from './tokens/mcp-secrets.js';
import { Secrets } from './tokens/secrets.js';

/** Where a service keeps everything. */
export interface McpStorage {
  dataSource: DataSource;
  secrets: McpSecrets;
}

/**
 * Opens the database and the secrets of a service without starting it: for commands that run beside it. Pending
 * migrations run. `dataSource.destroy()` closes it.
 * @throws Error with one sentence that says what to change.
 */
export async function openStorage(options: Pick<McpAuthOptions, 'database' | 'secret'>): Promise<McpStorage> {
  const { database, secrets } = resolveStorage(options);
  return { dataSource: await openDataSource(database), secrets: new McpSecrets(new Secrets(secrets)) };
}

import type { DataSource } from 'typeorm';
import { Clock } from './host/clock.js';
import type { McpAuthOptions } from './mcp-auth.options.js';
import { resolveDatabase, resolveStorage } from './mcp-auth.settings.js';
import { migrateDatabase, openDataSource } from './persistence/data-source.js';
import { AuthorizationServer } from './persistence/entities/authorization-server.entity.js';
import { OAuthResource } from './persistence/entities/oauth-resource.entity.js';
import { KeyVault } from './tokens/key-vault.js';
import { McpSecrets } from './tokens/mcp-secrets.js';
import { Secrets } from './tokens/secrets.js';
import { OwnerCheck } from './wiring/owner-check.js';

/** Where a service keeps everything. */
export interface McpStorage {
  dataSource: DataSource;
  secrets: McpSecrets;
}

/**
 * Opens the database and the secrets of a service without starting it: for commands that run beside it. Pending
 * migrations run, unless `database.migrate` is false. `dataSource.destroy()` closes it.
 * @throws Error with one sentence that says what to change.
 */
export async function openStorage(options: Pick<McpAuthOptions, 'database' | 'secret'>): Promise<McpStorage> {
  const { database, secrets: texts, keepSecret } = resolveStorage(options);
  const secrets = new Secrets(texts);
  const check = new OwnerCheck({ clock: new Clock() }, new KeyVault(secrets));
  const dataSource = await openDataSource({ ...database, check });
  keepSecret();
  return { dataSource, secrets: new McpSecrets(secrets) };
}

/**
 * Runs what migrations are pending, whatever `database.migrate` says, and closes the database: for a command that runs
 * as the role that owns the schema, before services that may only read and write. Names of the migrations that ran.
 * @throws Error with one sentence that says what to change.
 */
export function migrateStorage({ database }: Pick<McpAuthOptions, 'database'>): Promise<string[]> {
  return migrateDatabase(resolveDatabase(database));
}

/** The protected resources that the database knows, the oldest first: for a command that looks. */
export function storedResources(
  dataSource: DataSource,
): Promise<Pick<OAuthResource, 'identifier' | 'name' | 'enabled'>[]> {
  const order = { createdAt: 'ASC', identifier: 'ASC' } as const;
  return dataSource.getRepository(OAuthResource).find({ order });
}

/** The issuer that the database belongs to (RFC 8414 §2); null as long as it is nobody's. */
export async function storedIssuer(dataSource: DataSource): Promise<string | null> {
  const [owner] = await dataSource.getRepository(AuthorizationServer).find({ take: 1 });
  return owner?.issuer ?? null;
}

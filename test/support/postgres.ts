import pg from 'pg';
import { randomBytes } from 'node:crypto';

const ADMIN_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

async function reach(): Promise<string | null> {
  const client = new pg.Client({ connectionString: ADMIN_URL, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    await client.end();
    return ADMIN_URL;
  } catch (error) {
    if (process.env['CI']) throw new Error(`PostgreSQL is not reachable at ${ADMIN_URL}.`, { cause: error });
    console.warn(`\n*** SKIPPED: PostgreSQL is not reachable at ${ADMIN_URL}; its tests do not run. ***\n`);
    return null;
  }
}

/** A PostgreSQL server for tests; null when there is none, which CI does not allow. */
export const postgresUrl = await reach();

/** A schema name nobody else uses. */
export function newSchema(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

export async function dropSchema(schema: string): Promise<void> {
  await asAdministrator(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
}

async function asAdministrator(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: ADMIN_URL });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Nothing of a test has to survive the server: no commit waits for the disk. Everything else is as usual. */
export const withoutWaiting = (database: string) =>
  `ALTER DATABASE "${database}" SET synchronous_commit TO off`;

/** A database of its own, for instances of the service that share it. */
export async function newDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = newSchema();
  await asAdministrator(`CREATE DATABASE "${name}"`);
  await asAdministrator(withoutWaiting(name));
  const url = new URL(ADMIN_URL);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdministrator(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

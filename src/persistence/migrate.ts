import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { BoundedClient } from './bounded-client.js';

/** Held by the transaction that migrates, so that two first boots do not race: a pooler cannot leak it. */
const MIGRATION_LOCK = 7_216_351_904;
/** How long the other boot may take. */
const TURN_LIMIT = '60s';
/** How long a migration waits for a table: everybody who needs it waits behind. */
const TABLE_LIMIT = '5s';

/** Names of the migrations that have not run. Reads only. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
  return pending.map(({ name }) => name);
}

/**
 * Brings the schema up to date, each migration in a transaction of its own, one process at a time. It needs no more
 * than the schema; where there is none, the right to create it. Names of the migrations that ran.
 */
export async function migrate(dataSource: DataSource, schema: string): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  const client = (await runner.connect()) as BoundedClient;
  client.unbounded = true;
  const names: string[] = [];
  try {
    for (;;) {
      const name = await inTurn(runner, schema);
      if (name === null) return names;
      names.push(name);
    }
  } finally {
    client.unbounded = false;
    await runner.release();
  }
}

/** Runs the next migration that nobody else has run; null when there is none. */
async function inTurn(runner: QueryRunner, schema: string): Promise<string | null> {
  await runner.startTransaction('READ COMMITTED');
  try {
    await runner.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${TURN_LIMIT}'`);
    await runner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await runner.query(`SET LOCAL lock_timeout = '${TABLE_LIMIT}'`);
    await createSchema(runner, schema);
    const executor = new MigrationExecutor(runner.connection, runner);
    const [next] = await executor.getPendingMigrations();
    if (next) await executor.executeMigration(next);
    await runner.commitTransaction();
    return next?.name ?? null;
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}

/** `IF NOT EXISTS` would ask for the right to create one, even where there is one. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found: unknown[] = await runner.manager.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
    schema,
  ]);
  if (found.length > 0) return;
  await runner.query(`CREATE SCHEMA ${(runner.connection.driver as PostgresDriver).escape(schema)}`);
}

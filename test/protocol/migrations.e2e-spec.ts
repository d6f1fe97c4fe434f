import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateStorage, openStorage } from '../../src/service-kit.js';
import { MIGRATIONS } from '../../src/persistence/migrations/index.js';
import { newDatabase, newSchema, postgresUrl } from '../support/postgres.js';
import { startPooler } from '../support/pooler.js';

const SECRET = randomBytes(32).toString('base64');
const SCHEMA = 'mcp_auth';
const ROUNDS = 25;

describe.skipIf(!postgresUrl)('migrations', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  const roles: string[] = [];

  beforeEach(async () => {
    database = await newDatabase();
  });
  afterEach(async () => {
    await database.drop();
    for (const role of roles.splice(0)) await administrator(postgresUrl ?? '', `DROP ROLE "${role}"`);
  });

  const administrator = async (url: string, ...statements: string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  /** A role that may only connect, and the URL it connects with. */
  const newRole = async () => {
    const role = newSchema();
    roles.push(role);
    await administrator(
      database.url,
      `CREATE ROLE "${role}" LOGIN PASSWORD 'secret'`,
      `REVOKE CREATE, TEMPORARY ON DATABASE "${new URL(database.url).pathname.slice(1)}" FROM PUBLIC`,
    );
    const url = new URL(database.url);
    url.username = role;
    url.password = 'secret';
    return { role, url: url.href };
  };
  const open = async (url: string, options: { migrate?: boolean } = {}) => {
    const { dataSource } = await openStorage({ database: { url, ...options }, secret: SECRET });
    await dataSource.destroy();
  };
  const tables = () =>
    administrator(
      database.url,
      `SELECT count(*)::int AS "count" FROM pg_tables WHERE schemaname = '${SCHEMA}'`,
    );
  const executed = () =>
    administrator(
      database.url,
      `SELECT count(*)::int AS "all", count(DISTINCT name)::int AS "names" FROM ${SCHEMA}.migrations`,
    );
  const readAndWrite = (role: string) =>
    administrator(
      database.url,
      `GRANT USAGE ON SCHEMA ${SCHEMA} TO "${role}"`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${SCHEMA} TO "${role}"`,
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${SCHEMA} TO "${role}"`,
    );
  const dropGrants = (role: string) => administrator(database.url, `DROP OWNED BY "${role}" CASCADE`);

  it('need no more than the schema that a role owns', async () => {
    const { role, url } = await newRole();
    await administrator(database.url, `CREATE SCHEMA ${SCHEMA} AUTHORIZATION "${role}"`);
    expect(await migrateStorage({ database: { url } })).toHaveLength(MIGRATIONS.length);
    expect(await migrateStorage({ database: { url } })).toEqual([]);
    await open(url);
    await dropGrants(role);
  });

  it('are left to a command where the role may only read and write', async () => {
    const { role, url } = await newRole();
    await expect(open(url, { migrate: false })).rejects.toThrow(
      `The database lacks ${MIGRATIONS.length} migrations, from ${MIGRATIONS[0]?.name} on: run the command \`migrate\` as the role that owns the schema.`,
    );
    expect(await tables()).toEqual([{ count: 0 }]);
    await migrateStorage({ database: { url: database.url, migrate: false } });
    await readAndWrite(role);
    await open(url, { migrate: false });
    // Nothing is pending, so nothing is asked for.
    await open(url);
    await administrator(
      database.url,
      `DELETE FROM ${SCHEMA}.migrations WHERE name = '${MIGRATIONS.at(-1)?.name}'`,
    );
    await expect(open(url, { migrate: false })).rejects.toThrow(/^The database lacks 1 migrations, from /);
    await dropGrants(role);
  });

  it('say what to do where the role may not run them', async () => {
    const { url } = await newRole();
    await expect(open(url)).rejects.toThrow(
      /^The database's role may not change the schema \(permission denied for database .*\): run the command `migrate` as the role that owns it, and set database.migrate to false here\.$/,
    );
    expect(await tables()).toEqual([{ count: 0 }]);
  });

  it('leave nothing of the one that fails, and keep those before it', async () => {
    class Fails1999999999999 implements MigrationInterface {
      async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query('CREATE TABLE mcp_auth.half (id int)');
        throw new Error('It fails.');
      }
      async down(): Promise<void> {
        // Nothing is left of it.
      }
    }
    const options = { url: database.url, migrations: [Fails1999999999999] };
    await expect(migrateStorage({ database: options })).rejects.toThrow(/cannot be used/);
    expect(await executed()).toEqual([{ all: MIGRATIONS.length, names: MIGRATIONS.length }]);
    expect(await administrator(database.url, `SELECT to_regclass('mcp_auth.half') AS "half"`)).toEqual([
      { half: null },
    ]);
    await open(database.url);
  });

  it.each([
    ['directly', false],
    ['through a pooler in transaction mode', true],
  ])(`run once when two first boots meet %s, ${ROUNDS} times of ${ROUNDS}`, async (_, pooled) => {
    const pooler = pooled ? await startPooler(database.url) : null;
    if (pooled && !pooler) return;
    const url = pooler?.url ?? database.url;
    for (let round = 0; round < ROUNDS; round++) {
      await administrator(database.url, `DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
      await Promise.all([open(url), open(url)]);
      expect(await executed()).toEqual([{ all: MIGRATIONS.length, names: MIGRATIONS.length }]);
    }
    // Those of other databases are other tests'.
    const locks = await administrator(
      database.url,
      `SELECT 1 FROM pg_locks l JOIN pg_database d ON d."oid" = l."database"
         WHERE l."locktype" = 'advisory' AND d."datname" = current_database()`,
    );
    expect(locks).toEqual([]);
    await pooler?.stop();
  });
});

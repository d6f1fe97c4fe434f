import { PGlite } from '@electric-sql/pglite';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditVerifier } from '../src/audit/audit-verifier.js';
import { Browser } from '../../test/support/browser.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { fillSignIn, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

/** As the service left its database on 25 November 2026, with rows in every table. */
const DUMP = join(import.meta.dirname, 'upgrade/2026-11-25.sql');
/** What that service was started with. */
const ENVIRONMENT = {
  MCP_AUTH_ISSUER: 'http://localhost:39417',
  MCP_AUTH_SECRET: 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=',
  MCP_AUTH_AUDIT_RETENTION: '0',
};
const CLIENT_ID = '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c';
const REFRESH_TOKEN = 'VStUCXR4QzJDPkzO5eV6_23HQWFJeFlnuLzcD-T3qbw';

type Rows = Record<string, object[]>;
type Query = (statement: string) => Promise<Record<string, unknown>[]>;

/** Every row of every table that was there, as JSON. */
async function everyRow(query: Query, tables?: readonly string[]): Promise<Rows> {
  const names =
    tables ??
    (await query(`SELECT tablename FROM pg_tables WHERE schemaname = 'mcp_auth'`)).map(({ tablename }) =>
      String(tablename),
    );
  const rows: Rows = {};
  for (const name of names)
    rows[name] = (await query(`SELECT to_jsonb(t) AS row FROM mcp_auth."${name}" t`)).map(
      ({ row }) => row as object,
    );
  return rows;
}

const PLACES = [
  {
    place: 'PostgreSQL',
    async restore(dump: string) {
      const database = await newDatabase();
      const { url } = database;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(dump);
      const before = await everyRow(async (statement) => (await client.query(statement)).rows as never);
      await client.end();
      return { before, environment: { DATABASE_URL: url }, remove: () => database.drop() };
    },
  },
  {
    place: 'an embedded folder',
    async restore(dump: string) {
      const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-upgrade-'));
      const database = await PGlite.create(join(folder, 'postgres'));
      await database.exec(dump);
      const before = await everyRow(async (statement) => (await database.query(statement)).rows as never);
      await database.close();
      const remove = () => rm(folder, { recursive: true, force: true });
      return { before, environment: { MCP_AUTH_DATA_DIR: folder }, remove };
    },
  },
].filter(({ place }) => postgresUrl || place !== 'PostgreSQL');

describe.each(PLACES)('a database of before, on $place', (place) => {
  let service: Standalone;
  let before: Rows;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const restored = await place.restore(await readFile(DUMP, 'utf8'));
    ({ before, remove } = restored);
    service = await startStandalone({ ...ENVIRONMENT, ...restored.environment }, false);
  });
  afterAll(async () => {
    await service.close();
    await remove();
  });

  it('keeps every row as it was', async () => {
    expect(Object.values(before).every((rows) => rows.length > 0)).toBe(true);
    const after = await everyRow((statement) => service.dataSource.query(statement), Object.keys(before));
    for (const [table, rows] of Object.entries(before))
      expect(after[table], table).toEqual(
        expect.arrayContaining(rows.map((row) => expect.objectContaining(row) as unknown)),
      );
  });

  it('has the schema that the entities describe', async () => {
    const { upQueries } = await service.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('keeps the audit whole', async () => {
    expect((await service.application.get(AuditVerifier).verify([])).problems).toEqual([]);
  });

  it('lets people sign in with their passwords, and invited ones make their accounts', async () => {
    const browser = new Browser();
    const page = await browser.get(`${service.origin}/sign-in`);
    const answer = await fillSignIn(browser, page, 'ada@example.com', PASSWORD);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const invited = await new Browser().get(`${service.origin}/invitation?token=invitation-of-before`);
    expect(invited.body).toContain('cleo@example.com');
  });

  it('keeps applications connected', async () => {
    const response = await fetch(`${service.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: CLIENT_ID,
        refresh_token: REFRESH_TOKEN,
      }),
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ token_type: 'Bearer', scope: 'mcp:tools' }),
    ]);
  });
});

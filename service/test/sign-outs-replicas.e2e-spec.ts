import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SignOuts } from '../src/people/sign-outs.js';
import { SettingsChanges } from '../src/settings/settings-changes.js';
import { SettingsInForce } from '../src/config/settings-in-force.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const author = { userId: null, clientId: 'terraform', scopes: ['admin:settings'] as const };

describe.skipIf(!postgresUrl)('settings on two replicas', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;

  beforeAll(async () => {
    database = await newDatabase();
    const port = await freePort();
    const environment = {
      MCP_AUTH_ISSUER: `http://localhost:${port}`,
      PORT: String(port),
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
  });

  it('are in force on the other, and where one starts again', async () => {
    await first.application.get(SettingsChanges).update(author, { companyName: 'Acme' }, () => undefined);
    const shown = async () => (await new Browser().get(`${second.origin}/sign-in`)).body.includes('Acme');
    await eventually(shown);
    expect(second.application.get(SettingsInForce).current.companyName).toBe('Acme');
  });

  it('end also where somebody signs in at the same moment, and was not seen yet', async () => {
    const meanwhile = new pg.Client({ connectionString: database.url });
    await meanwhile.connect();
    await meanwhile.query('BEGIN');
    await meanwhile.query(
      `INSERT INTO mcp_auth.session (id, token, "userId", "expiresAt", "endsAt", "authenticatedAt")
       SELECT gen_random_uuid(), 'x', id, $1, $1, $1 FROM mcp_auth."user" LIMIT 1`,
      [new Date(first.clock.now() + 60_000)],
    );
    const ending = first.application.get(SignOuts).everybody(author, null);
    await eventually(async () => {
      const waiting = await first.dataSource.query<object[]>(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'mcp_auth.session'::regclass
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return waiting.length === 1;
    });
    await meanwhile.query('COMMIT');
    await meanwhile.end();
    expect((await ending).sessions).toBeGreaterThan(0);
    expect(await first.dataSource.query('SELECT 1 FROM mcp_auth.session')).toEqual([]);
  });

  describe('and connections', () => {
    let client: ServiceClient;
    const living = () =>
      first.dataSource.query<{ id: string }[]>(
        `SELECT id FROM mcp_auth."oauthGrant" WHERE "revokedAt" IS NULL AND "userId" IS NOT NULL`,
      );

    const seen = async () => {
      const { connections: grants, at } = await first.application.get(SignOuts).count();
      return { grants, at };
    };

    beforeEach(async () => {
      client = await new ServiceClient(first, first.mcpUrl).register();
      await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    });

    it('end also where something is granted at the same moment, and was not seen yet', async () => {
      const counted = await seen();
      const granting = await holding(database.url);
      // As every statement that grants.
      await granting.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('', 3))`);
      await granting.query(`INSERT INTO mcp_auth."oauthGrant"
        SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid()))).*
        FROM mcp_auth."oauthGrant" g WHERE g."revokedAt" IS NULL LIMIT 1`);
      const ending = first.application.get(SignOuts).everybody(author, counted);
      await eventually(async () => (await granting.waiting()) === 1);
      await granting.commit();
      expect((await ending).connections).toBe(2);
      expect(await living()).toEqual([]);
    });

    it('end while people sign in and look at pages, who wait for their sessions alone', async () => {
      const counted = await seen();
      const [grant] = await living();
      const slow = await holding(database.url);
      await slow.query(`SELECT 1 FROM mcp_auth."oauthGrant" WHERE id = '${grant?.id}' FOR UPDATE`);
      const ending = first.application.get(SignOuts).everybody(author, counted);
      await eventually(async () => (await slow.waiting()) === 1);
      const ada = await signedIn(second);
      first.clock.advance(61);
      expect((await ada.get(`${second.origin}/account`)).status).toBe(200);
      await slow.commit();
      expect(await ending).toMatchObject({ connections: 1 });
      expect((await ada.get(`${second.origin}/account`)).status).toBe(303);
    });
  });
});

/** A transaction of somebody else. */
async function holding(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    query: (text: string) => client.query(text),
    /** How many wait for it. */
    waiting: async () => {
      const waiting = 'SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
      return (await client.query(waiting, [rows[0]?.pid])).rowCount;
    },
    commit: async () => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

import { createServer } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, type ServiceOptions, startService, type TestService } from '../support/app.js';
import { TestClock } from '../support/clock.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const REMOTE = 'https://elsewhere.example/mcp';

describe.skipIf(!postgresUrl)('a start that fails', () => {
  let running: TestService;
  let client: OAuthTestClient;
  let tokens: Awaited<ReturnType<OAuthTestClient['tokens']>>;

  beforeAll(async () => {
    running = await startService();
    client = await new OAuthTestClient(running).register();
  });
  afterAll(() => running.close());
  beforeEach(async () => {
    tokens = await client.tokens();
  });

  /** Every row of every table. */
  const dump = async () => {
    const tables = await running.sql<{ name: string }>(
      'SELECT tablename AS "name" FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1',
    );
    const rows = tables.map(async ({ name }) => [
      name,
      await running.sql(`SELECT t::text AS "row" FROM "${name}" t ORDER BY 1`),
    ]);
    return Object.fromEntries(await Promise.all(rows)) as Record<string, unknown>;
  };
  const wrongClock = () => {
    const clock = new TestClock();
    clock.skew(-45);
    return clock;
  };

  it.each<[string, () => ServiceOptions, RegExp]>([
    [
      'another secret',
      () => ({ secret: randomBytes(32).toString('base64') }),
      /sealed under another secret: set MCP_AUTH_SECRET/,
    ],
    [
      'another issuer',
      () => ({ instanceOf: { ...running, issuer: 'http://localhost:1' } }),
      /^The database belongs to the issuer http:\/\/localhost:\d+: set `issuer` /,
    ],
    ['a clock that is wrong', () => ({ clock: wrongClock() }), /clock is 45\.\d s behind the database's/],
    ['a port that is taken', () => ({ port: takenPort }), /EADDRINUSE/],
  ])('because of %s has changed nothing, and its options did not count', async (_, options, message) => {
    const before = await dump();
    const failing = { instanceOf: running, remoteResource: REMOTE, ...options() };
    await expect(startService(failing)).rejects.toThrow(message);
    expect(await dump()).toEqual(before);
    expect((await client.call(tokens.access_token)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  let takenPort = 0;
  const occupant = createServer();
  beforeAll(async () => {
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    takenPort = (occupant.address() as { port: number }).port;
  });
  afterAll(() => occupant.close());
});

describe.skipIf(!postgresUrl)('a database of an earlier version', () => {
  let before: TestService;

  beforeAll(async () => {
    before = await startService();
  });
  afterAll(() => before.close());

  /** What has run, and whether the last table is there. */
  const schema = () =>
    before.sql(
      `SELECT to_regclass('"authorizationServer"') IS NOT NULL AS "owned", count(*)::int AS "ran" FROM migrations`,
    );

  it.each<[string, string, () => ServiceOptions, RegExp]>([
    [
      'another issuer',
      `DELETE FROM migrations WHERE name LIKE 'FormatNumbers%'`,
      () => ({ instanceOf: { ...before, issuer: 'http://localhost:1' } }),
      /^The database belongs to the issuer /,
    ],
    [
      'another secret',
      `DROP TABLE "authorizationServer"; DELETE FROM migrations WHERE name LIKE 'AuthorizationServer%'`,
      () => ({ secret: randomBytes(32).toString('base64') }),
      /sealed under another secret/,
    ],
    [
      'another secret, from before keys had an end and a form',
      `ALTER TABLE "signingKey" DROP "expiresAt", DROP "sealFormat"`,
      () => ({ secret: randomBytes(32).toString('base64') }),
      /sealed under another secret/,
    ],
  ])('is not migrated by a start with %s', async (_, back, options, message) => {
    await before.sql(back);
    const found = await schema();
    await expect(startService({ instanceOf: before, ...options() })).rejects.toThrow(message);
    expect(await schema()).toEqual(found);
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClock } from '../../test/support/clock.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { startStandalone } from './support/standalone.js';

describe.skipIf(!postgresUrl)('a start that fails on a database without a schema', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let blocker: Server;
  const clock = new TestClock();
  const environment = () => ({
    DATABASE_URL: database.url,
    MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
  });
  const taken = () => String((blocker.address() as AddressInfo).port);

  beforeAll(async () => {
    database = await newDatabase();
    blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
  });
  afterAll(async () => {
    blocker.close();
    await database.drop();
  });

  it.each<[string, () => NodeJS.ProcessEnv, number, RegExp]>([
    [
      'its port is taken',
      () => ({ PORT: taken() }),
      0,
      /^Port \d+ on \S+ is in use: set PORT to another one\.$/,
    ],
    [
      'the port of its metrics is taken',
      () => ({ MCP_AUTH_METRICS_PORT: taken() }),
      0,
      /MCP_AUTH_METRICS_PORT/,
    ],
    [
      'its host is elsewhere',
      () => ({ HOST: '203.0.113.1' }),
      0,
      /^203\.0\.113\.1 is no address of this computer/,
    ],
    ['its clock is ahead', () => ({}), 45, /^This computer's clock is 4\d\.\d s ahead of the database's/],
    ['its clock is behind', () => ({}), -45, /^This computer's clock is 4\d\.\d s behind the database's/],
  ])('has not even migrated where %s', async (_, variables, skew, sentence) => {
    clock.skew(skew);
    await expect(startStandalone({ ...environment(), ...variables() }, false, clock)).rejects.toThrow(
      sentence,
    );
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`SELECT nspname FROM pg_namespace WHERE nspname = 'mcp_auth'`);
    await client.end();
    expect(rows).toEqual([]);
  });
});

describe('a first start on a new data folder', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-first-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('leaves no secret behind where it fails, and one where it succeeds', async () => {
    const clock = new TestClock();
    clock.skew(-45);
    const environment = { MCP_AUTH_DATA_DIR: folder };
    await expect(startStandalone(environment, false, clock)).rejects.toThrow('clock is 45');
    expect(await readdir(folder)).not.toContain('secret');
    const service = await startStandalone(environment, false);
    expect(await readdir(folder)).toContain('secret');
    await service.close();
  });
});

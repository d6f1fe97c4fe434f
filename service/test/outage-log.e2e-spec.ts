import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../test/support/browser.js';
import { within } from '../../test/support/eventually.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { type DatabaseProxy, proxyTo } from '../../test/support/proxy.js';
import { newSecret, type ServiceProcess, startProcess } from './support/service-process.js';
import { ADMINISTRATOR } from './support/standalone.js';

interface Line {
  level: number;
  context?: string;
  msg: string;
  failed?: number;
}

const ROUNDS = 40;

describe.skipIf(!postgresUrl)('the log while PostgreSQL is away', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let proxy: DatabaseProxy;
  let service: ServiceProcess;

  beforeAll(async () => {
    database = await newDatabase();
    proxy = await proxyTo(database.url);
    service = await startProcess(await freePort(), {
      DATABASE_URL: proxy.url,
      MCP_AUTH_SECRET: newSecret(),
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: ADMINISTRATOR.password,
      MCP_AUTH_RATE_LIMIT: 'off',
    });
  });
  afterAll(async () => {
    proxy.restore();
    service.child.kill('SIGTERM');
    await service.ended;
    proxy.close();
    await database.drop();
  });

  const lines = () =>
    service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${service.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode(fields),
    });
  const CALL: Record<string, () => Promise<Response>> = {
    'a token': () => post('/token', { grant_type: 'refresh_token', client_id: 'c', refresh_token: 't' }),
    'an authorization': () =>
      fetch(`${service.origin}/authorize?${encode({ client_id: 'c', response_type: 'code' })}`),
    'a registration': () =>
      fetch(`${service.origin}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://c.example/'], token_endpoint_auth_method: 'none' }),
      }),
    'a page': () => fetch(`${service.origin}/setup?token=x`),
    readiness: () => fetch(`${service.origin}/health/ready`),
  };

  const failEverything = async () => {
    const answers = await Promise.all(Object.values(CALL).map((each) => each()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  };

  it('has a line of each kind, however many calls fail, and none of each call', async () => {
    expect(lines()).toEqual([]);
    proxy.cut();
    for (let round = 0; round < ROUNDS; round++) await failEverything();
    // Those that nobody answers wait for their deadlines together.
    proxy.restore();
    proxy.hang();
    await Promise.all(Array.from({ length: 5 }, failEverything));
    proxy.restore();
    await within(110_000, async () => (await CALL['readiness']?.())?.status === 200);
    const said = lines().map(({ context = '', msg }) => `${context} ${msg}`);
    expect(said).toContainEqual(expect.stringContaining('Calls fail because something is away'));
    expect(said.toSorted()).toEqual([...new Set(said)].toSorted());
  });
});

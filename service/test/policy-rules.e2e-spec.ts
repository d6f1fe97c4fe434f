import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { PolicyStore } from '../src/policy/policy-store.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';
const ROUNDS = 50;

describe.skipIf(!postgresUrl)('a rule that changes on one of two replicas', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-rules-'));
    const file = join(folder, 'resources.json');
    const scopes = { 'files:read': 'Read files', 'files:write': 'Write files' };
    await writeFile(file, JSON.stringify([{ identifier: SERVER, name: 'Files', scopes }]));
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_RESOURCES: file,
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    await first.addMember(MEMBER, ['engineering']);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const change = <Result>(
    edit: (store: PolicyStore, manager: Parameters<PolicyStore['remove']>[1]) => Promise<Result>,
  ) => {
    const store = first.application.get(PolicyStore);
    return first.application.get(PolicyChanges).change((manager) => edit(store, manager));
  };
  const allow = (...scopes: string[]) =>
    change((store, manager) =>
      store.add(
        { name: 'A rule', groups: ['engineering'], resource: SERVER, scopes, clients: null },
        manager,
      ),
    );
  const isGood = async (token: string) =>
    (await fetch(`${second.origin}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status ===
    200;

  it(`takes effect on the other within a second, ${ROUNDS} times of ${ROUNDS}`, async () => {
    await allow('files:read');
    const client = await new ServiceClient(first, SERVER).register();
    let writing = await allow('files:write');
    await eventually(async () => (await client.authorize(MEMBER, 'files:write')).body.includes('approve'));
    let { access_token: token, refresh_token: refresh } = await client.tokens(
      MEMBER,
      'openid files:read files:write',
    );
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      expect(await isGood(token)).toBe(true);
      const started = performance.now();
      await change((store, manager) => store.remove(writing.id, manager));
      await eventually(async () => !(await isGood(token)));
      times.push(performance.now() - started);
      const narrowed = await client.refresh(refresh, second.origin);
      expect(decodeJwt(narrowed.body.access_token)['scope']).toBe('openid files:read');
      writing = await allow('files:write');
      first.clock.advance(2);
      await eventually(async () => {
        ({ access_token: token, refresh_token: refresh } = (
          await client.refresh(narrowed.body.refresh_token, second.origin)
        ).body);
        return decodeJwt(token)['scope'] === 'openid files:read files:write';
      });
    }
    const sorted = times.toSorted((one, other) => one - other);
    console.info(
      `Felt on the other replica: median ${sorted[ROUNDS / 2]?.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms.`,
    );
    expect(sorted[ROUNDS / 2]).toBeLessThan(1_000);
  });
});

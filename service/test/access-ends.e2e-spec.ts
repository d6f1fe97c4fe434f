import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { AccessEnds } from '../src/policy/access-ends.js';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { PolicyStore } from '../src/policy/policy-store.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';

describe.skipIf(!postgresUrl)('a rule with an end, on two replicas', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  let first: Standalone;
  let second: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-ends-'));
    const file = join(folder, 'resources.json');
    await writeFile(
      file,
      JSON.stringify([{ identifier: SERVER, name: 'Files', scopes: { 'files:read': 'Read' } }]),
    );
    database = await newDatabase();
    environment = {
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

  const add = (seconds: number) => {
    const rule = {
      name: 'For a while',
      groups: ['engineering'],
      resource: SERVER,
      scopes: null,
      clients: null,
    };
    const until = new Date(first.clock.now() + seconds * 1000);
    const store = first.application.get(PolicyStore);
    return first.application.get(PolicyChanges).change((manager) => store.add({ ...rule, until }, manager));
  };
  const isGood = async (token: string, at: Standalone) =>
    (await fetch(`${at.origin}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
  const ends = async () =>
    (await auditEvents(first))
      .filter(({ action }) => action === 'rule.end')
      .map(({ detail }) => detail['rule']);

  it('grants until then, and nothing from then on: its tokens end everywhere, and are announced once', async () => {
    await add(7_200);
    const client = await new ServiceClient(first, SERVER).register();
    await eventually(async () =>
      (await client.authorize(MEMBER, 'openid files:read')).body.includes('approve'),
    );
    const tokens = await client.tokens(MEMBER, 'openid files:read');
    expect(await isGood(tokens.access_token, second)).toBe(true);

    first.clock.advance(3_600);
    const fresh = (await client.refresh(tokens.refresh_token)).body;
    // A clock that jumps makes what is known of revocations old, until it is read again.
    for (const at of [first, second]) await eventually(() => isGood(fresh.access_token, at));
    expect(await ends()).toEqual([]);

    first.clock.advance(3_600);
    await Promise.all([first, second].map(({ application }) => application.get(AccessEnds).round()));
    for (const at of [first, second]) await eventually(async () => !(await isGood(fresh.access_token, at)));
    first.clock.advance(2);
    const refused = await client.refresh(fresh.refresh_token, second.origin);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
    expect((await client.authorize(MEMBER, 'files:read')).body).toContain('You do not have access');
    expect(await ends()).toEqual(['For a while']);
  });

  it('is announced by the next start where nobody ran when it ended, and takes nothing then from what came later', async () => {
    const rule = await add(60);
    expect(rule.until).not.toBeNull();
    const own = await newDatabase();
    const alone = await startStandalone({ ...environment, DATABASE_URL: own.url }, true, first.clock);
    await alone.application.get(PolicyChanges).change((manager) =>
      alone.application.get(PolicyStore).add(
        {
          name: 'Of the night',
          groups: null,
          resource: SERVER,
          scopes: null,
          clients: null,
          until: new Date(first.clock.now() + 60_000),
        },
        manager,
      ),
    );
    await alone.close();
    first.clock.advance(61);
    for (const times of [1, 1]) {
      const again = await startStandalone(
        { ...environment, DATABASE_URL: own.url, MCP_AUTH_ISSUER: alone.issuer },
        false,
        first.clock,
      );
      await again.application.get(AccessEnds).round();
      const noted = (await auditEvents(again)).filter(({ action }) => action === 'rule.end');
      expect(noted.length).toBe(times);
      await again.close();
    }
    await own.drop();
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { type DatabaseProxy, proxyTo } from '../../test/support/proxy.js';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { PolicyStore } from '../src/policy/policy-store.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';
const WIDE = 'files:read files:write';
const NARROW = 'files:read';

describe.skipIf(!postgresUrl)('a policy file while the database fails', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let proxy: DatabaseProxy;
  let first: Standalone;
  let second: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-policy-'));
    database = await newDatabase();
    proxy = await proxyTo(database.url);
    const scopes = { 'files:read': 'Read files', 'files:write': 'Write files' };
    const resources = join(folder, 'resources.json');
    await writeFile(resources, JSON.stringify([{ identifier: SERVER, name: 'Files', scopes }]));
    await say(WIDE);
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_RESOURCES: resources,
      MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      MCP_AUTH_DEMO: 'off',
    };
    first = await startStandalone(environment);
    const elsewhere = { DATABASE_URL: proxy.url, MCP_AUTH_ISSUER: first.issuer };
    second = await startStandalone({ ...environment, ...elsewhere }, false, first.clock);
    await first.addMember(MEMBER, ['engineering']);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    proxy.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await say(WIDE);
    for (const replica of [first, second]) await changes(replica).rereadFile();
    first.clock.advance(2);
  });

  const say = (scopes: string) =>
    writeFile(
      join(folder, 'policy.yaml'),
      `rules: [{ name: Engineers, groups: [engineering], server: '${SERVER}', scopes: [${scopes.replaceAll(' ', ', ')}] }]`,
    );
  const changes = (replica: Standalone) => replica.application.get(PolicyChanges);
  const scopesOf = (rules: readonly { scopes: unknown }[]) =>
    rules.map((rule) => (rule.scopes as string[]).join(' '));
  const announced = async () => {
    const text = `SELECT "policy" -> 'rules' AS "rules" FROM mcp_auth."appliedPolicy" WHERE "id" = 1`;
    const [row] = await first.dataSource.query<{ rules: { scopes: string[] }[] }[]>(text);
    return scopesOf(row?.rules ?? []);
  };
  const replicas = () =>
    first.dataSource.query<unknown[]>('SELECT 1 FROM mcp_auth."appliedPolicy" WHERE "id" > 1');
  const isGood = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${first.origin}/userinfo`, { headers })).status === 200;
  };

  const TRANSACTION = 'INSERT INTO "mcp_auth"."appliedPolicy"';
  it.each<[string, 'question' | 'answer', string[], string]>([
    ['the lock', 'question', [TRANSACTION], WIDE],
    ['the lock', 'answer', [TRANSACTION], WIDE],
    ['the approvals', 'question', [TRANSACTION, '"clientApproval"'], WIDE],
    ['the approvals', 'answer', [TRANSACTION, '"clientApproval"'], WIDE],
    ['COMMIT', 'question', [TRANSACTION, 'COMMIT'], NARROW],
    ['COMMIT', 'answer', [TRANSACTION, 'COMMIT'], NARROW],
  ])(
    'is read again as a whole or not at all, when connections break or hang at %s, its %s lost',
    async (_, what, texts, after) => {
      for (const fail of [() => proxy.cut(), () => proxy.stall()]) {
        const client = await new ServiceClient(first, SERVER).register();
        const { refresh_token: refresh } = await client.tokens(MEMBER, `openid ${WIDE}`);
        await say(NARROW);
        const lost = proxy.lose(what, texts, fail);
        const reread = changes(second).rereadFile();
        await lost;
        proxy.restore();
        await reread;
        expect(await announced()).toEqual([after]);
        expect(scopesOf((await second.application.get(PolicyStore).read()).rules)).toEqual([after]);
        let answer = await client.refresh(refresh, second.origin);
        await eventually(async () => {
          if (answer.status === 503) answer = await client.refresh(refresh, second.origin);
          return answer.status === 200;
        });
        expect(decodeJwt(answer.body.access_token)['scope']).toBe(`openid ${after}`);
        await say(WIDE);
        for (const replica of [first, second]) await changes(replica).rereadFile();
        first.clock.advance(2);
      }
    },
  );

  /** A token that the second replica gives by its old file, after the first has announced another. */
  const outdated = async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, `openid ${WIDE}`);
    await say(NARROW);
    await changes(first).rereadFile();
    first.clock.advance(2);
    const { access_token: token } = (await client.refresh(refresh, second.origin)).body;
    expect(decodeJwt(token)['scope']).toBe(`openid ${WIDE}`);
    return token;
  };

  it('takes back what a replica gave that ended without a word, though none comes in its place', async () => {
    const token = await outdated();
    proxy.cut();
    first.clock.advance(290);
    await changes(first).signOfLife();
    expect([await isGood(token), (await replicas()).length]).toEqual([true, 2]);
    first.clock.advance(11);
    await changes(first).signOfLife();
    await eventually(async () => !(await isGood(token)));
    expect(await replicas()).toHaveLength(1);
    // It was cut off, and no more: what it goes by is noted again.
    proxy.restore();
    await changes(second).signOfLife();
    expect(await replicas()).toHaveLength(2);
  });

  it('takes back what a replica gave that was paused, taken for ended, went on and then ended', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, `openid ${WIDE}`);
    const other = await new ServiceClient(first, SERVER, undefined, client.browser).register();
    const { refresh_token: otherRefresh } = await other.tokens(MEMBER, `openid ${WIDE}`);
    await say(NARROW);
    await changes(first).rereadFile();
    first.clock.advance(301);
    await changes(first).signOfLife();
    expect(await replicas()).toHaveLength(1);
    // It was paused, gives by its old rules at once, several at a time, and has noted before that it does.
    const given = await Promise.all([
      client.refresh(refresh, second.origin),
      other.refresh(otherRefresh, second.origin),
    ]);
    const tokens = given.map(({ body }) => body.access_token);
    for (const token of tokens) expect(decodeJwt(token)['scope']).toBe(`openid ${WIDE}`);
    expect(await replicas()).toHaveLength(2);
    proxy.cut();
    first.clock.advance(301);
    await changes(first).signOfLife();
    for (const token of tokens) await eventually(async () => !(await isGood(token)));
    expect(await replicas()).toHaveLength(1);
    proxy.restore();
  });

  it('gives nothing by rules of which nobody can be told', async () => {
    const client = await new ServiceClient(first, SERVER).register();
    const { refresh_token: refresh } = await client.tokens(MEMBER, `openid ${WIDE}`);
    first.clock.advance(241);
    proxy.cut();
    expect((await client.refresh(refresh, second.origin)).status).toBe(503);
    proxy.restore();
    await eventually(async () => (await client.refresh(refresh, second.origin)).status === 200);
  });

  it('takes nothing back of a replica that goes on, nor of one that ended by the same rules', async () => {
    const token = await outdated();
    first.clock.advance(301);
    await changes(second).signOfLife();
    await changes(first).signOfLife();
    expect([await isGood(token), (await replicas()).length]).toEqual([true, 2]);
    await changes(second).rereadFile();
    await eventually(async () => !(await isGood(token)));
    const client = await new ServiceClient(first, SERVER).register();
    const { access_token: good } = await client.tokens(MEMBER, `openid ${NARROW}`);
    first.clock.advance(301);
    await changes(first).signOfLife();
    expect([await isGood(good), (await replicas()).length]).toEqual([true, 1]);
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { Browser } from '../../test/support/browser.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const BOB = 'bob@example.com';
const SERVERS = Array.from({ length: 12 }, (_, index) => `https://server${index}.example.com/mcp`);
const RULES = '/admin/access/rules';

describe.skipIf(!postgresUrl)('a rule, on the pages of two replicas', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;
  let ada: Browser;
  let bob: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-rules-'));
    const file = join(folder, 'resources.json');
    const servers = SERVERS.map((identifier, index) => ({
      identifier,
      name: `Server ${index}`,
      scopes: { read: 'Read', write: 'Write' },
    }));
    await writeFile(file, JSON.stringify(servers));
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_RESOURCES: file,
      MCP_AUTH_DEMO: 'off',
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    const id = await first.addMember(BOB, ['engineering']);
    await first.dataSource.getRepository(User).update({ id }, { role: 'administrator' });
    ada = await signedIn(first);
    bob = await signedIn(first, BOB, PASSWORD, new Browser({ [first.issuer]: second.origin }));
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => first.dataSource.query('DELETE FROM mcp_auth."accessRule"'));

  const rules = () =>
    first.dataSource.query<
      { id: string; name: string; resource: string; version: number; scopes: string[] | null }[]
    >('SELECT * FROM mcp_auth."accessRule" ORDER BY "resource"');
  const csrf = async (browser: Browser) =>
    /name="csrf" value="([^"]+)"/.exec((await browser.get(`${first.issuer}${RULES}/new`)).body)?.[1] ?? '';
  const add = async (fields: [string, string][]) => {
    const body = new URLSearchParams([
      ['csrf', await csrf(ada)],
      ['name', 'Engineers'],
      ['groups', 'engineering'],
      ...fields,
    ]);
    return ada.request(first.issuer + RULES, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
  };

  const ruleEvents = async () =>
    (await auditEvents(first)).filter(({ action }) => action.startsWith('rule.')).map(({ id }) => id);

  it('is added for twelve servers by one form, with the scopes that are ticked of each', async () => {
    const answer = await add([
      ...SERVERS.map((server): [string, string] => ['server', server]),
      ['scope', `read ${SERVERS[0]}`],
      ['scope', `read ${SERVERS[1]}`],
      ['scope', `write ${SERVERS[1]}`],
    ]);
    expect(answer.status).toBe(303);
    const added = await rules();
    expect(added.map(({ resource }) => resource).toSorted()).toEqual([...SERVERS].toSorted());
    const scopes = (server: string | undefined) => added.find(({ resource }) => resource === server)?.scopes;
    expect([scopes(SERVERS[0]), scopes(SERVERS[1]), scopes(SERVERS[2])]).toEqual([
      ['read'],
      ['read', 'write'],
      null,
    ]);
    const shown = await ada.get(first.issuer + (answer.headers.get('location') ?? ''));
    expect(shown.body).toContain('The rule “Engineers” is in force, for 12 servers.');
    expect(shown.body).toContain('12 rules');
  });

  it('is not added at all where one of its servers is none', async () => {
    const before = await ruleEvents();
    const answer = await add([
      ['server', SERVERS[0] ?? ''],
      ['server', 'https://nobody.example/'],
    ]);
    expect([answer.status, await rules(), await ruleEvents()]).toEqual([400, [], before]);
  });

  it('is not for what administers, which goes by roles: no form offers it, and none takes it', async () => {
    const administration = `${first.issuer}/admin/api/v1`;
    expect((await ada.get(`${first.issuer}${RULES}/new`)).body).not.toContain(administration);
    const before = await ruleEvents();
    const answer = await add([['server', administration]]);
    expect([answer.status, await rules(), await ruleEvents()]).toEqual([400, [], before]);
  });

  it('that two administrators change at once is changed by one, and the other sees what that one changed', async () => {
    await add([['server', SERVERS[0] ?? '']]);
    const [rule] = await rules();
    const path = `${RULES}/${rule?.id}`;
    const [seenByAda, seenByBob] = [await ada.get(first.issuer + path), await bob.get(first.issuer + path)];
    const send = (browser: Browser, page: typeof seenByAda, name: string) =>
      browser.send(page, path, { name, groups: 'engineering' });
    const answers = await Promise.all([send(ada, seenByAda, 'By Ada'), send(bob, seenByBob, 'By Bob')]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 409]));
    const [now] = await rules();
    expect(now?.version).toBe(2);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body).toContain('Somebody else has changed this rule meanwhile.');
    expect(lost?.body).toContain(now?.name);
    expect((await auditEvents(first)).filter(({ action }) => action === 'rule.change').length).toBe(1);
    // Whoever has seen it may go on.
    const browser = lost === answers[0] ? ada : bob;
    expect((await send(browser, lost as typeof seenByAda, 'In the end')).status).toBe(303);
    expect((await rules())[0]).toMatchObject({ name: 'In the end', version: 3 });
    expect((await ada.send(seenByAda, `${path}/remove`, { version: '1' })).status).toBe(409);
    expect((await rules()).length).toBe(1);
  });

  it.each([
    ['an end that has passed', { until: '2020-01-01' }, 400],
    ['another server that is none', { server: 'https://nobody.example/' }, 400],
    ['a version that is none', { version: 'x' }, 409],
    ['groups that nobody is in', { groups: 'nobody' }, 200],
  ])('is not changed with %s', async (_name, more, status) => {
    await add([['server', SERVERS[0] ?? '']]);
    const before = await rules();
    const path = `${RULES}/${before[0]?.id}`;
    const answer = await ada.send(await ada.get(first.issuer + path), path, {
      groups: 'engineering',
      ...more,
    });
    expect([answer.status, await rules()]).toEqual([status, before]);
  });

  it('is duplicated in a form that says the same', async () => {
    await add([
      ['server', SERVERS[3] ?? ''],
      ['scope', `write ${SERVERS[3]}`],
    ]);
    const [rule] = await rules();
    const { body } = await ada.get(`${first.issuer}${RULES}/new?from=${rule?.id}`);
    expect(body).toContain('value="Engineers (copy)"');
    expect(body).toMatch(
      new RegExp(`value="write ${SERVERS[3]}"[^>]* checked|checked[^>]* value="write ${SERVERS[3]}"`),
    );
  });

  it('stands in a list that is searched, filtered and paged, and whose forged addresses are refused', async () => {
    await first.dataSource.query(
      `INSERT INTO mcp_auth."accessRule" ("id", "name", "resource", "createdAt")
       SELECT gen_random_uuid(), 'Rule ' || n, $1, now() FROM generate_series(1, 120) n`,
      [SERVERS[0]],
    );
    const page = async (query: string) => (await ada.get(`${first.issuer}/admin/access?${query}`)).body;
    const seen = new Set<string>();
    let address: string | undefined = '';
    while (address !== undefined) {
      const body: string = await page(address);
      expect(body.length).toBeLessThan(60_000);
      for (const [, name = ''] of body.matchAll(/<bdi>(Rule \d+)<\/bdi>/g)) seen.add(name);
      address = /rel="next" href="[^"?]*\?([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen.size).toBe(120);
    expect(await page('q=rule+77')).toContain('1 rule<');
    expect(await page(`server=${encodeURIComponent(SERVERS[1] ?? '')}`)).toContain('No rule is like that.');
    expect((await ada.get(`${first.issuer}/admin/access?after=forged`)).status).toBe(400);
    expect((await ada.get(`${first.issuer}/admin/access?q=${'x'.repeat(10_000)}`)).status).toBe(200);
  });
});

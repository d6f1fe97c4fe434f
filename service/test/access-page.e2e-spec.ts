import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpClients } from 'nestjs-mcp-auth';
import { User } from '../src/people/entities/user.entity.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { decide, takeBack } from './support/approvals.js';
import { ServiceClient } from './support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';
const AUDITOR = 'olga@example.com';

describe('the access page', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-access-'));
    const resources = [{ identifier: SERVER, name: 'Files', scopes: { 'files:read': 'Read files' } }];
    await writeFile(join(folder, 'resources.json'), JSON.stringify(resources));
    service = await startStandalone({
      MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
      MCP_AUTH_CLIENT_POLICY: 'approval',
    });
    await service.addMember(MEMBER, ['engineering']);
    const id = await service.addMember(AUDITOR, []);
    await service.dataSource.getRepository(User).update({ id }, { role: 'auditor' });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const as = async (email: string): Promise<Browser> => {
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), email, PASSWORD);
    return browser;
  };
  const page = (browser: Browser, query = '') => browser.get(`${service.issuer}/admin/access${query}`);
  const rules = () =>
    service.dataSource.query<Record<string, unknown>[]>('SELECT * FROM mcp_auth."accessRule"');
  const unescaped = (body: string) => body.replaceAll('&quot;', '"');
  const RULE = {
    name: 'Engineers',
    server: SERVER,
    groups: 'engineering\r\nCN=leads,OU=groups\r\n',
    scope: `files:read ${SERVER}`,
    clients: '',
  };
  const form = (browser: Browser) => browser.get(`${service.issuer}${ADD}/new`);
  const remove = async (browser: Browser) => {
    const [rule] = await rules();
    const path = `${ADD}/${String(rule?.['id'])}/remove`;
    return browser.send(await browser.get(service.issuer + path), path);
  };
  const ADD = '/admin/access/rules';

  it('is not for members, nor for strangers', async () => {
    const visitors = [
      { browser: await as(MEMBER), status: 403 },
      { browser: new Browser(), status: 303 },
    ];
    for (const { browser, status } of visitors) {
      expect((await page(browser)).status).toBe(status);
      const signIn = await browser.get(`${service.issuer}/sign-in`);
      expect((await browser.send(signIn, ADD, RULE)).status).toBe(403);
    }
    expect(await rules()).toEqual([]);
  });

  it('shows an auditor what an administrator sees, and lets them change nothing', async () => {
    const browser = await as(AUDITOR);
    const seen = await page(browser);
    expect(seen.body).toContain('The example server is open to everyone');
    expect(seen.body).not.toContain('Add a rule');
    const start = await browser.get(`${service.issuer}/`);
    for (const action of [
      ADD,
      `${ADD}/${NOBODY}`,
      `${ADD}/${NOBODY}/remove`,
      '/admin/access/applications/requests/x',
      '/admin/access/applications/take-back',
    ])
      expect((await browser.send(start, action, RULE)).status).toBe(403);
    expect(await rules()).toEqual([]);
  });

  it('refuses a form that was not shown in this browser', async () => {
    const browser = await as(ADMINISTRATOR.email);
    expect((await browser.post(`${service.issuer}${ADD}`, { ...RULE, csrf: 'forged' })).status).toBe(403);
    expect(await rules()).toEqual([]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no name', { name: '' }, 'The name is missing'],
    ['a server that is none', { server: 'https://other.example/mcp', scope: '' }, 'There is no such server'],
    ['a scope that the server has not', { scope: `other ${SERVER}` }, 'Files has no scope other'],
    ['a client that is no https URL', { clients: 'claude.ai' }, 'must be the beginning of an https URL'],
    ['NUL', { groups: 'a\0b' }, 'a character it must not have'],
    ['a name of blanks', { name: ' \u00a0 ' }, 'The name must have letters or digits.'],
    ['a name of signs', { name: '---' }, 'The name must have letters or digits.'],
    ['groups of commas', { groups: ',,,' }, '",,," is no name of a group.'],
    ['a group of blanks among others', { groups: 'engineering\n\u00a0.\u00a0' }, 'is no name of a group.'],
    ['groups of a no-break space', { groups: '\u00a0' }, 'Say whom the rule is for'],
    ['nobody', { groups: '' }, 'Say whom the rule is for: everybody, or people in groups that you name.'],
    ['groups that are not named', { groups: ' ', whom: 'groups' }, 'Name the groups that the rule is for'],
    ['both at once', { whom: 'everyone' }, 'The rule is for everybody and names groups: say one of the two.'],
    ['somebody else', { whom: 'friends' }, 'Whom the rule is for is none of the list.'],
    [
      'a scope of a server that is not ticked',
      { scope: 'files:read https://x.example/' },
      'its server is not',
    ],
    ['clients of a no-break space', { clients: '\u00a0' }, 'The list of applications has blanks alone'],
    ['an end that is none', { until: '2027-02-30' }, 'The end must be the last day'],
    ['an end that has passed', { until: '2020-01-01' }, 'The end has passed already'],
    ['a program without a name', { clients: 'loopback:' }, 'the whole name of a program'],
    ['everyone as a group', { groups: 'everyone' }, 'everyone is no group among others'],
    [
      'one DN on three lines',
      { groups: 'CN=finance\nOU=groups\nDC=example' },
      '"OU=groups" looks like a part of the name before it: write "CN=finance,OU=groups" as one.',
    ],
    ['too much', { groups: 'a'.repeat(5_000) }, 'The list of groups takes up to 4000 characters.'],
  ])('says what is wrong with %s, and keeps what was typed', async (_, fields, words) => {
    const browser = await as(ADMINISTRATOR.email);
    const answer = await browser.send(await form(browser), ADD, { ...RULE, ...fields });
    expect([answer.status, unescaped(answer.body)]).toEqual([400, expect.stringContaining(words)]);
    expect(answer.body).toContain('name="groups"');
    expect(await rules()).toEqual([]);
  });

  it('adds a rule, approves a client and takes both away, felt at once', async () => {
    const browser = await as(ADMINISTRATOR.email);
    expect((await browser.get(`${service.issuer}/`)).body).toContain('href="/admin/access"');
    const named = { ...RULE, name: '<b>Engineers</b>', meant: 'CN=leads,OU=groups' };
    const added = await browser.send(await form(browser), ADD, named);
    expect([added.status, added.headers.get('location')]).toEqual([
      303,
      '/admin/access?q=%3Cb%3EEngineers%3C%2Fb%3E',
    ]);
    expect(await rules()).toMatchObject([
      { groups: ['engineering', 'CN=leads,OU=groups'], scopes: ['files:read'], clients: null },
    ]);
    expect((await page(browser)).body).toContain('&lt;b>Engineers');

    const client = await new ServiceClient(service, SERVER).register({ client_name: '<i>Tool</i>' });
    const body = async () => (await client.authorize(MEMBER, 'files:read')).body;
    await eventually(async () => (await body()).includes('Waiting for approval'));
    expect((await browser.get(`${service.issuer}/admin/access/applications`)).body).toContain('&lt;i>Tool');
    expect((await decide(service, browser, client.clientId)).status).toBe(303);
    await eventually(async () => (await body()).includes('value="approve"'));
    const tokens = await client.tokens(MEMBER, 'files:read');

    await remove(browser);
    expect(await rules()).toEqual([]);
    await eventually(async () => (await body()).includes('You do not have access'));
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await takeBack(service, browser, client.clientId)).status).toBe(303);
    const after = (await browser.get(`${service.issuer}/admin/access/applications`)).body;
    expect(after).toContain('Nothing was decided yet');
  });

  it('asks about a group that nobody is in, and adds the rule once it is meant', async () => {
    const browser = await as(ADMINISTRATOR.email);
    const send = async (groups: string, more = {}) =>
      browser.send(await form(browser), ADD, { ...RULE, groups, ...more });
    const asked = await send('engineering\nenginering\npartner:engineering');
    expect([asked.status, await rules()]).toEqual([200, []]);
    expect(asked.body).toContain('Nobody who has signed in so far is in:');
    expect(asked.body.match(/<li><bdi>[^<]+/g)).toEqual([
      '<li><bdi>enginering',
      '<li><bdi>partner:engineering',
    ]);
    // Mended into another mistake: what was meant was not that.
    const again = await browser.send(asked, ADD, { ...RULE, groups: 'engeneering' });
    expect([again.body.match(/<li><bdi>[^<]+/g), await rules()]).toEqual([['<li><bdi>engeneering'], []]);
    const added = await browser.send(again, ADD, { ...RULE, groups: 'engeneering', meant: 'engeneering' });
    expect([added.status, await rules()]).toEqual([
      303,
      [expect.objectContaining({ groups: ['engeneering'] })],
    ]);
    await remove(browser);
    expect((await send('engineering')).status).toBe(303);
    await remove(browser);
  });

  describe('says beforehand what happens', () => {
    const redirectUri = 'https://approved.example/callback';
    const other = 'https://approved.example/other';
    let approved: ServiceClient;
    let waiting: ServiceClient;
    const asked = async (client: string) => {
      const browser = await as(AUDITOR);
      const query = new URLSearchParams({ email: MEMBER, resource: service.mcpUrl, client });
      const { body } = await browser.get(`${service.issuer}/admin/access/try?${String(query)}`);
      return [...body.matchAll(/<strong>([^<]+)<\/strong>([^]*?)<\/p>/g)].map(([, sentence, ids = '']) =>
        `${sentence}${ids.replaceAll(/<[^>]+>/g, '')}`.trim(),
      );
    };
    const happens = async (client: ServiceClient) =>
      (await client.authorize(MEMBER, 'mcp:tools')).body.includes('value="approve"')
        ? 'May use'
        : 'Must wait';

    beforeAll(async () => {
      const uris = { redirect_uris: [redirectUri, other] };
      approved = await new ServiceClient(service, service.mcpUrl, redirectUri).register(uris);
      await approved.authorize(MEMBER, 'mcp:tools');
      await decide(service, await as(ADMINISTRATOR.email), approved.clientId);
      await eventually(async () => (await happens(approved)) === 'May use');
      waiting = await new ServiceClient(
        service,
        service.mcpUrl,
        'https://waiting.example/callback',
      ).register();
    });

    it('of a registered client, by its id and by each of its redirect URIs', async () => {
      for (const text of [approved.clientId, redirectUri, other, ` ${redirectUri} `]) {
        const [answer, ...more] = await asked(text);
        expect([text, answer, more]).toEqual([text, expect.stringContaining('May use mcp:tools'), []]);
      }
      for (const text of [waiting.clientId, waiting.redirectUri])
        expect(await asked(text)).toEqual(['Must wait: The client is not approved.']);
      expect(await happens(waiting)).toBe('Must wait');
    });

    it('of each of two clients that are sent back to one place', async () => {
      const second = await new ServiceClient(service, service.mcpUrl, redirectUri).register();
      const answers = await asked(redirectUri);
      expect(answers).toEqual([
        expect.stringMatching(`^Must wait: .* with ${second.clientId}$`),
        expect.stringMatching(`^May use .* with ${approved.clientId}$`),
      ]);
    });

    it('of a client that nobody knows yet, and of one that is disabled', async () => {
      expect(await asked('https://nobody.example/callback')).toEqual([
        'Must wait: The client is not approved. No such application is known yet.',
      ]);
      await service.application.get(McpClients).disable(waiting.clientId);
      await eventually(async () => (await asked(waiting.clientId))[0] === 'The application is disabled.');
    });
  });

  it('answers what a person could do, and by which rule', async () => {
    const browser = await as(AUDITOR);
    const ask = async (email: string, resource: string) =>
      (
        await browser.get(
          `${service.issuer}/admin/access/try?${String(new URLSearchParams({ email, resource }))}`,
        )
      ).body;
    const answer = await ask(MEMBER, service.mcpUrl);
    expect(answer).toContain('May use mcp:tools');
    expect(answer).toContain('(an application that nobody has approved waits first)');
    expect(await ask(MEMBER, SERVER)).toContain('Nothing: No rule allows it.');
    expect(await ask('nobody@example.com', SERVER)).toContain('There is nobody with this email.');
    expect(await ask(MEMBER, 'https://other.example/')).toContain('There is no such server.');
    expect((await browser.get(`${service.issuer}/admin/access/try?email[]=x&resource=y`)).status).toBe(400);
  });

  it('leaves the rules of a file to the file', async () => {
    const file = join(folder, 'policy.yaml');
    await writeFile(file, `rules: [{ name: All, groups: everyone, server: '${SERVER}', scopes: all }]`);
    const other = await startStandalone({
      MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
      MCP_AUTH_POLICY_FILE: file,
    });
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${other.issuer}/sign-in`), ADMINISTRATOR.email, PASSWORD);
    const shown = await browser.get(`${other.issuer}/admin/access`);
    expect(shown.body).toContain('The rules are in a file');
    expect(shown.body).not.toContain('Add a rule');
    const start = await browser.get(`${other.issuer}/`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(start.body)?.[1];
    const answer = await browser.post(`${other.issuer}${ADD}`, { ...RULE, csrf });
    expect(answer.status).toBe(400);
    await other.close();
  });
});

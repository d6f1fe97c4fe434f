import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { Browser } from '../../test/support/browser.js';
import { withinASecond } from '../../test/support/eventually.js';
import { ServiceClient } from './support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

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
  const RULE = {
    name: 'Engineers',
    resource: SERVER,
    groups: 'engineering\r\nCN=leads,OU=groups\r\n',
    scopes: 'files:read',
    clients: '',
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
      `${ADD}/remove`,
      '/admin/access/clients/approve',
      '/admin/access/clients/refuse',
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
    ['a server that is none', { resource: 'https://other.example/mcp' }, 'There is no such server'],
    ['a scope that the server has not', { scopes: 'files:read other' }, 'Files has no scope other'],
    ['a client that is no https URL', { clients: 'claude.ai' }, 'must be the beginning of an https URL'],
    ['NUL', { groups: 'a\0b' }, 'a character it must not have'],
    ['too much', { groups: 'a'.repeat(5_000) }, 'The list of groups takes up to 4000 characters.'],
  ])('says what is wrong with %s, and keeps what was typed', async (_, fields, words) => {
    const browser = await as(ADMINISTRATOR.email);
    const answer = await browser.send(await page(browser), ADD, { ...RULE, ...fields });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(words)]);
    expect(answer.body).toContain('<details open');
    expect(await rules()).toEqual([]);
  });

  it('adds a rule, approves a client and takes both away, felt at once', async () => {
    const browser = await as(ADMINISTRATOR.email);
    expect((await browser.get(`${service.issuer}/`)).body).toContain('href="/admin/access"');
    const added = await browser.send(await page(browser), ADD, { ...RULE, name: '<b>Engineers</b>' });
    expect([added.status, added.headers.get('location')]).toEqual([303, '/admin/access']);
    expect(await rules()).toMatchObject([
      { groups: ['engineering', 'CN=leads,OU=groups'], scopes: ['files:read'], clients: null },
    ]);
    expect((await page(browser)).body).toContain('&lt;b>Engineers');

    const client = await new ServiceClient(service, SERVER).register({ client_name: '<i>Tool</i>' });
    const body = async () => (await client.authorize(MEMBER, 'files:read')).body;
    await withinASecond(async () => (await body()).includes('Waiting for approval'));
    const waiting = await page(browser);
    expect(waiting.body).toContain('&lt;i>Tool');
    await browser.send(waiting, '/admin/access/clients/approve');
    await withinASecond(async () => (await body()).includes('value="approve"'));
    const tokens = await client.tokens(MEMBER, 'files:read');

    await browser.send(await page(browser), `${ADD}/remove`);
    expect(await rules()).toEqual([]);
    await withinASecond(async () => (await body()).includes('You do not have access'));
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    await browser.send(await page(browser), '/admin/access/clients/refuse');
    expect((await page(browser)).body).toContain('Nobody has asked for one yet');
  });

  it('answers what a person could do, and by which rule', async () => {
    const browser = await as(AUDITOR);
    const ask = async (email: string, resource: string) =>
      (await page(browser, `?${String(new URLSearchParams({ email, resource }))}`)).body;
    expect(await ask(MEMBER, service.mcpUrl)).toContain('Must wait: The client is not approved.');
    expect(await ask(MEMBER, SERVER)).toContain('Nothing: No rule allows it.');
    expect(await ask('nobody@example.com', SERVER)).toContain('There is nobody with this email.');
    expect(await ask(MEMBER, 'https://other.example/')).toContain('There is no such server.');
    expect((await page(browser, '?email[]=x&resource=y')).status).toBe(200);
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

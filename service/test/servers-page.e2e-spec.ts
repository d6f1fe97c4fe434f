import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpResources } from 'nestjs-mcp-auth';
import type { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const FILES = 'https://files.example.com/mcp';
const FORM = {
  identifier: FILES,
  name: 'Files',
  scopes: 'files:read Read your files\nfiles:write Change your files',
  first: 'files:read',
  broader: 'files:write files:read',
  lifetime: '300',
  algorithm: 'EdDSA',
};

describe('the pages of the MCP servers', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'auditor@example.com', 'auditor');
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    ada = await signedIn(service);
  });

  const resources = () => service.application.get(McpResources);
  const rows = () => service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthResource" ORDER BY 1');
  const at = (page: string, server = FILES) =>
    ada.get(`${service.issuer}/admin/servers/${page}?${new URLSearchParams({ server }).toString()}`);
  const versionOf = async () => /name="version" value="([^"]+)"/.exec((await at('change')).body)?.[1] ?? '';
  const last = async (action: string) =>
    (await auditEvents(service)).findLast((event) => event.action === action);

  it('add a server that nobody may use yet, and say so; the audit has who did it', async () => {
    const answer = await press(service, ada, '/admin/servers/add', FORM);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/admin/servers/server?server=${encodeURIComponent(FILES)}`,
    ]);
    expect((await at('server')).body).toContain('Nobody may use it until a rule says so.');
    expect(resources().find(FILES)).toMatchObject({
      name: 'Files',
      scopes: { 'files:read': 'Read your files', 'files:write': 'Change your files' },
      challengeScopes: ['files:read'],
      scopeHierarchy: { 'files:write': ['files:read'] },
      accessTokenExpiresIn: 300,
      signingAlgorithm: 'EdDSA',
      enabled: true,
    });
    expect(await last('resource.change')).toMatchObject({ outcome: 'success', resource: FILES });
    expect((await last('resource.change'))?.userId).toBeTruthy();
    const list = await (
      await signedIn(service, 'auditor@example.com')
    ).get(`${service.issuer}/admin/servers`);
    expect(list.body).toContain('Files');
    expect(list.body).not.toContain('/admin/servers/add');
  });

  it.each([
    ['no address', { identifier: 'files' }, 400, 'The address must be the whole URL'],
    ['another scheme', { identifier: 'javascript:alert(1)' }, 400, 'The address must be the whole URL'],
    ['a fragment', { identifier: `${FILES}#a` }, 400, 'The address must be the whole URL'],
    ['no name', { name: ' ' }, 400, 'The name is missing'],
    ['a scope without words', { scopes: 'files:read' }, 400, 'has no words'],
    [
      'a scope of this service',
      { scopes: 'openid Sign in', first: '', broader: '' },
      400,
      'belongs to this service',
    ],
    ['a quote in a scope', { scopes: 'a"b Words', first: '' }, 400, 'cannot be a scope'],
    ['an unknown first scope', { first: 'files:delete' }, 400, 'none of the scopes'],
    ['a broader scope that is none', { broader: 'files:all files:read' }, 400, 'none of the scopes'],
    ['a scope that includes one that is none', { broader: 'files:write files:x' }, 400, 'none of the scopes'],
    ['a scope that includes nothing', { broader: 'files:write' }, 400, 'Say which scopes'],
    ['a scope that includes itself', { broader: 'files:write files:write' }, 400, 'cannot include itself'],
    ['two lines of words', { scopes: `${FORM.scopes}\nfiles:read Look` }, 400, 'files:read has two lines'],
    ['another algorithm', { algorithm: 'none' }, 400, 'signed with one of'],
    ['a lifetime of a week', { lifetime: '604800' }, 400, 'a whole number of seconds'],
    ['words for a lifetime', { lifetime: 'long' }, 400, 'a whole number of seconds'],
    ['10,000 characters', { name: 'a'.repeat(10_000) }, 400, 'longer than 100'],
    ['the address of one that there is', { identifier: 'HTTPS://files.example.com/mcp/' }, 409, 'already'],
  ])('add nothing for %s, and keep what was typed', async (_, change, status, sentence) => {
    const before = await rows();
    const answer = await press(service, ada, '/admin/servers/add', { ...FORM, ...change });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(sentence);
    expect(answer.body).toContain('name="scopes"');
    expect(await rows()).toEqual(before);
  });

  it('change a server, and refuse the second of two who change it at once', async () => {
    const version = await versionOf();
    const first = await press(service, ada, '/admin/servers/change', { ...FORM, name: 'All files', version });
    expect(first.status).toBe(303);
    expect(resources().find(FILES)?.name).toBe('All files');
    const before = await rows();
    const second = await press(service, ada, '/admin/servers/change', { ...FORM, name: 'No files', version });
    expect(second.status).toBe(409);
    expect(second.body).toContain('Somebody else has changed this server');
    expect(await rows()).toEqual(before);
  });

  it('take several lines of a broader scope as one', async () => {
    const lines = { ...FORM, name: 'All files', scopes: `${FORM.scopes}\nfiles:list List your files` };
    const broader = 'files:write files:read\nfiles:write files:list files:read';
    const answer = await press(service, ada, '/admin/servers/change', {
      ...lines,
      broader,
      version: await versionOf(),
    });
    expect(answer.status).toBe(303);
    expect(resources().find(FILES)?.scopeHierarchy).toEqual({ 'files:write': ['files:read', 'files:list'] });
  });

  it('show a server of the configuration, and change nothing of it but its state', async () => {
    const page = await at('server', service.mcpUrl);
    expect(page.body).toContain('The configuration of the service');
    expect(page.body).not.toContain('/admin/servers/change');
    const before = await rows();
    const change = { ...FORM, identifier: service.mcpUrl, version: 'x' };
    for (const answer of [
      await press(service, ada, '/admin/servers/change', change),
      await press(service, ada, '/admin/servers/credentials', { server: service.mcpUrl }),
    ]) {
      expect(answer.status).toBe(409);
      expect(answer.body).toContain('configuration');
    }
    expect(await rows()).toEqual(before);
  });

  it('disable a server after naming what ends, keep it so, and enable it', async () => {
    expect((await at('disable')).body).toContain('0 connections of people and service accounts stop working');
    expect((await press(service, ada, '/admin/servers/disable', { server: FILES })).status).toBe(303);
    expect(resources().find(FILES)?.enabled).toBe(false);
    expect(await last('resource.disable')).toMatchObject({ resource: FILES });
    const form = (await at('change')).body;
    expect(form).toContain('files:write files:read');
    expect(form).toMatch(/<option selected>EdDSA/);
    await press(service, ada, '/admin/servers/change', { ...FORM, version: await versionOf() });
    expect(resources().find(FILES)).toMatchObject({ name: 'Files', enabled: false });
    expect((await press(service, ada, '/admin/servers/enable', { server: FILES })).status).toBe(303);
    expect(resources().find(FILES)?.enabled).toBe(true);
  });

  it('show a secret for introspection once, keep it unreadable, and end the one before when it has leaked', async () => {
    const make = async (more = {}) => {
      const { body } = await press(service, ada, '/admin/servers/credentials', { server: FILES, ...more });
      const [, clientId = '', secret = ''] =
        />(server-[^<]+)<\/textarea>[^]*?>([^<]{43})<\/textarea>/.exec(body) ?? [];
      return { clientId, secret };
    };
    const introspects = async ({ clientId, secret }: { clientId: string; secret: string }) => {
      const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
      const body = new URLSearchParams({ token: 'x' });
      return (
        await fetch(`${service.issuer}/introspect`, { method: 'POST', headers: { authorization }, body })
      ).status;
    };
    const first = await make();
    expect(await introspects(first)).toBe(200);
    expect((await at('server')).body).not.toContain(first.secret);
    const stored = await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication"');
    expect(JSON.stringify(stored)).not.toContain(first.secret);
    const second = await make();
    await eventually(async () => (await introspects(second)) === 200);
    expect(await introspects(first)).toBe(200);
    const third = await make({ leaked: 'yes' });
    await eventually(async () => (await introspects(third)) === 200 && (await introspects(second)) === 401);
    expect(await last('resource.credentials')).toMatchObject({
      resource: FILES,
      detail: { clientId: third.clientId, overlap: 0 },
    });
    expect(JSON.stringify(await auditEvents(service))).not.toContain(third.secret);
  });

  it.each(['server', 'change', 'disable', 'credentials'])(
    'answer 404 at %s for a server that there is not',
    async (page) => {
      expect((await at(page, 'https://nobody.example/')).status).toBe(404);
      expect((await ada.get(`${service.issuer}/admin/servers/${page}?server[]=a`)).status).toBe(404);
    },
  );
});

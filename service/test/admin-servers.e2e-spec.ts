import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpResources, McpSigningKeys } from 'nestjs-mcp-auth';
import { eventually } from '../../test/support/eventually.js';
import { everything } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const FILES = {
  identifier: 'https://files.example.com/mcp',
  name: 'Files',
  scopes: { 'files:read': 'Read your files', 'files:write': 'Change your files' },
  challengeScopes: ['files:read'],
  scopeHierarchy: { 'files:write': ['files:read'] },
  accessTokenExpiresIn: 300,
  signingAlgorithm: 'EdDSA',
};
const { identifier, ...DEFINITION } = FILES;

describe('MCP servers and keys by the admin API', () => {
  let service: Standalone;
  let token: string;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone();
    token = await adminToken(service, 'admin:servers admin:settings');
  });
  afterAll(() => service.close());

  const get = (path: string) => api(service, token, 'GET', path);
  const tagOf = async (path: string) => (await get(path)).headers.get('etag') ?? '';
  const put = async (body: object, ifMatch: string) =>
    api(service, token, 'PUT', `/servers/${id}`, { body, headers: { 'if-match': ifMatch } });
  const post = (path: string, ifMatch?: string, body?: unknown) =>
    api(service, token, 'POST', path, {
      body,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });

  it('add a server, with its scopes that include others and its algorithm, and list it', async () => {
    const added = await post('/servers', undefined, FILES);
    expect([added.status, added.body]).toEqual([
      201,
      { ...FILES, id: expect.any(String) as string, maxAge: null, enabled: true, configured: false },
    ]);
    id = String(added.body['id']);
    expect(await tagOf(`/servers/${id}`)).toBe(added.headers.get('etag'));
    expect((await get('/servers')).body['items']).toContainEqual(added.body);
    expect((await post('/servers', undefined, FILES)).status).toBe(409);
    const jwks = (await (await fetch(`${service.issuer}/jwks`)).json()) as { keys: { alg: string }[] };
    expect(jwks.keys.map(({ alg }) => alg)).toContain('EdDSA');
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'resource.change');
    expect(event).toMatchObject({ resource: identifier, detail: { via: expect.any(String) as string } });
  });

  it('change a server by one of two at once, and tell the other how it is now (RFC 9110 §13.1.1)', async () => {
    const tag = await tagOf(`/servers/${id}`);
    const both = await Promise.all(
      ['All files', 'No files'].map((name) => put({ ...DEFINITION, name }, tag)),
    );
    const [won, lost] = both.toSorted((one, other) => one.status - other.status);
    expect([won?.status, lost?.status]).toEqual([200, 412]);
    expect(lost?.body['current']).toEqual(won?.body);
    const plain = await put({ name: 'Files', scopes: {} }, won?.headers.get('etag') ?? '');
    expect(plain.body).toMatchObject({ scopes: {}, scopeHierarchy: {}, signingAlgorithm: null });
    expect(service.application.get(McpResources).find(identifier)).toMatchObject({
      accessTokenExpiresIn: null,
    });
  });

  it('disable and enable a server, as it was seen', async () => {
    const tag = await tagOf(`/servers/${id}`);
    const disabled = await post(`/servers/${id}/disable`, tag);
    expect(disabled.body).toMatchObject({ enabled: false });
    const stale = await post(`/servers/${id}/enable`, tag);
    expect([stale.status, stale.body['current']]).toEqual([412, disabled.body]);
    const enabled = await post(`/servers/${id}/enable`, disabled.headers.get('etag') ?? '');
    expect(enabled.body).toMatchObject({ enabled: true });
  });

  it('give a server credentials, shown once, that introspect (RFC 7662 §2.1)', async () => {
    const renewed = await post(`/servers/${id}/credentials`, undefined, { leaked: true });
    expect([renewed.status, renewed.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { clientId, clientSecret } = renewed.body as Record<string, string>;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const introspect = () =>
      fetch(`${service.issuer}/introspect`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ token: 'x' }),
      });
    await eventually(async () => (await introspect()).status === 200);
    expect(JSON.stringify(await auditEvents(service))).not.toContain(clientSecret);
  });

  it('leave a server of the configuration as it is', async () => {
    const { items } = (await get('/servers')).body as { items: { id: string; identifier: string }[] };
    const own = items.find((server) => server.identifier === service.mcpUrl)?.id ?? '';
    const before = await everything(service);
    const headers = { 'if-match': await tagOf(`/servers/${own}`) };
    const answers = [
      await api(service, token, 'PUT', `/servers/${own}`, { body: DEFINITION, headers }),
      await post(`/servers/${own}/credentials`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409]);
    for (const { body } of answers) expect(body['detail']).toContain('configuration');
    expect(await everything(service)).toBe(before);
  });

  it.each<[string, object, string]>([
    ['no address', { identifier: 'files' }, 'whole URL'],
    ['another scheme', { identifier: 'javascript:alert(1)' }, 'whole URL'],
    ['a fragment', { identifier: 'https://a.example/#b' }, 'whole URL'],
    [
      'an address of 10,000 characters',
      { identifier: `https://a.example/${'x'.repeat(10_000)}` },
      'at most 2000',
    ],
    ['no name', { name: ' ' }, 'name is missing'],
    ['a name with NUL', { name: 'a\0' }, 'cannot be kept'],
    ['scopes that are a list', { scopes: ['a'] }, 'an object of scopes'],
    ['scopes that are left out', { scopes: undefined }, 'an object of scopes'],
    ['words that are none', { scopes: { a: 1 } }, 'an object of scopes'],
    ['words with NUL', { scopes: { a: 'b\0' }, challengeScopes: [], scopeHierarchy: {} }, 'cannot be kept'],
    ['null for a hierarchy', { scopeHierarchy: null }, 'a list of those that it includes'],
    ['null for first scopes', { challengeScopes: null }, 'must be a list'],
    ['a scope of this service', { scopes: { openid: 'Sign in' } }, 'belongs to this service'],
    ['an unknown first scope', { challengeScopes: ['x'] }, 'none of the scopes'],
    [
      'a scope that includes an unknown one',
      { scopeHierarchy: { 'files:write': ['x'] } },
      'none of the scopes',
    ],
    ['a hierarchy that is a text', { scopeHierarchy: 'x' }, 'a list of those that it includes'],
    ['a lifetime of a week', { accessTokenExpiresIn: 604_800 }, 'whole number of seconds'],
    ['a lifetime that is a text', { accessTokenExpiresIn: '300' }, 'whole number of seconds'],
    ['an algorithm that is none', { signingAlgorithm: 'none' }, 'must be one of'],
    ['an unknown member', { enabled: false }, 'is not known here'],
  ])('add no server with %s', async (_name, more, sentence) => {
    const before = await everything(service);
    const answer = await post('/servers', undefined, {
      ...FILES,
      identifier: 'https://new.example/',
      ...more,
    });
    expect([answer.status, await everything(service)]).toEqual([400, before]);
    expect(answer.body['detail']).toContain(sentence);
  });

  describe('check a server', () => {
    let server: Server;
    afterAll(() => server.close());

    it('as a client sees it that has no token yet', async () => {
      server = createServer((_, response) => response.writeHead(200).end()).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const open = `http://localhost:${(server.address() as AddressInfo).port}/mcp`;
      const { body } = await post('/servers', undefined, { identifier: open, name: 'Open', scopes: {} });
      const checked = await post(`/servers/${String(body['id'])}/check`);
      expect([checked.status, checked.body['findings']]).toEqual([
        200,
        expect.arrayContaining([
          { right: false, sentence: expect.stringContaining('anybody who reaches it can use it') as string },
        ]),
      ]);
    });
  });

  it('rotate a key as it was seen, and replace one that has leaked', async () => {
    const { items } = (await get('/keys')).body as { items: { kid: string; alg: string; state: string }[] };
    const kid = items.find(({ alg, state }) => alg === 'RS256' && state === 'signing')?.kid ?? '';
    const tag = await tagOf(`/keys/${kid}`);
    const before = await everything(service);
    expect((await post(`/keys/${kid}/rotate`)).status).toBe(428);
    expect((await post(`/keys/${kid}/compromised`, '"x"')).status).toBe(412);
    expect((await post('/keys/none/rotate', tag)).status).toBe(404);
    expect(await everything(service)).toBe(before);
    const rotated = await post(`/keys/${kid}/rotate`, tag);
    expect([rotated.status, rotated.body]).toMatchObject([200, { alg: 'RS256' }]);
    const stale = await post(`/keys/${kid}/compromised`, tag);
    expect([stale.status, stale.body['current']]).toEqual([412, { kids: [rotated.body['kid'], kid] }]);
    const replaced = await post(`/keys/${kid}/compromised`, stale.headers.get('etag') ?? '');
    expect(replaced.status).toBe(200);
    const kids = service.application
      .get(McpSigningKeys)
      .list()
      .flatMap((key) => (key.alg === 'RS256' ? key.kid : []));
    expect(kids).toEqual([replaced.body['kid']]);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'key.rotate');
    expect(event).toMatchObject({ userId: expect.any(String) as string, detail: { keyId: kids[0] } });
  });

  it('say what a person and an application may, before they try', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const query = (values: Record<string, string>) => new URLSearchParams(values).toString();
    const { email } = ADMINISTRATOR;
    const one = await get(
      `/access/person?${query({ email, server: service.mcpUrl, client: client.clientId })}`,
    );
    const allowed = {
      outcome: 'allowed',
      scopes: ['mcp:tools', 'notes:delete'],
      reason: 'The example server is open to everyone',
    };
    expect(one.body).toEqual({
      items: [{ resource: service.mcpUrl, answers: [{ ...allowed, clients: [client.clientId] }] }],
    });
    const every = await get(`/access/person?${query({ email })}`);
    expect(every.body['items']).toContainEqual({
      resource: service.mcpUrl,
      answers: [{ ...allowed, clients: [] }],
    });
    expect(every.body['items']).toContainEqual({
      resource: identifier,
      answers: [{ outcome: 'denied', scopes: [], reason: 'No rule allows it.', clients: [] }],
    });
    const nobody = await get(
      `/access/person?${query({ email: 'nobody@example.com', server: service.mcpUrl })}`,
    );
    expect(nobody.body).toMatchObject({
      items: [{ answers: [{ outcome: 'impossible', reason: 'There is nobody with this email.' }] }],
    });
    const alone = await get(`/access/client?${query({ client: client.clientId })}`);
    expect(alone.body['items']).toContainEqual({
      resource: service.mcpUrl,
      rules: ['The example server is open to everyone'],
    });
    expect((await get('/access/person')).status).toBe(400);
    expect((await get('/access/client?client=')).status).toBe(200);
  });
});

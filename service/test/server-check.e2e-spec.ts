import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { press, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const FORM = {
  identifier: 'https://files.example.com/mcp',
  name: 'Files',
  scopes: 'files:read Read your files\nfiles:write Change your files',
  first: 'files:read',
  broader: 'files:write files:read',
  lifetime: '300',
  algorithm: 'EdDSA',
};

describe('the check of a server', () => {
  let service: Standalone;
  let ada: Browser;
  let server: Server;
  let identifier: string;
  let answer: RequestListener;

  beforeAll(async () => {
    service = await startStandalone();
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    identifier = `http://localhost:${(server.address() as AddressInfo).port}/mcp`;
    ada = await signedIn(service);
    await press(service, ada, '/admin/servers/add', { ...FORM, identifier, name: 'Local' });
  });
  afterAll(async () => {
    await service.close();
    server.close();
  });

  const metadataUrl = () => identifier.replace('/mcp', '/.well-known/oauth-protected-resource/mcp');
  const good = () => ({
    resource: identifier,
    authorization_servers: [service.issuer],
    scopes_supported: ['files:read'],
  });
  const challenge = () => `Bearer resource_metadata="${metadataUrl()}"`;
  const serve =
    (document: unknown, header: string | undefined, status = 401): RequestListener =>
    ({ url }, response) => {
      const isDocument = url?.startsWith('/.well-known');
      if (isDocument) response.setHeader('content-type', 'application/json');
      else if (header) response.setHeader('www-authenticate', header);
      response.writeHead(isDocument ? 200 : status).end(isDocument ? JSON.stringify(document) : undefined);
    };
  const check = async (id = identifier) =>
    (await press(service, ada, '/admin/servers/check', { server: id })).body;

  it('and ask another origin that it names like any stranger: never in one’s own network (RFC 9728 §3.3)', async () => {
    const asked: string[] = [];
    const inside = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(good()));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => inside.once('listening', resolve));
    const url = `http://localhost:${(inside.address() as AddressInfo).port}/secret`;
    answer = serve(good(), `Bearer resource_metadata="${url}"`);
    const body = await check();
    inside.close();
    expect(asked).toEqual([]);
    expect(body).toContain(`Its metadata at ${url} cannot be had`);
  });

  it('and say that all is well where it is', async () => {
    answer = serve(good(), challenge());
    const body = await check();
    expect(body).toContain('All is well');
    expect(body).not.toContain('>Wrong<');
  });

  it.each<[string, () => RequestListener, string]>([
    ['lets everybody in', () => serve(good(), undefined, 200), 'anybody who reaches it can use it'],
    ['is somewhere else', () => serve(good(), undefined, 404), 'there is no MCP server at'],
    ['fails', () => serve(good(), undefined, 500), 'with 500'],
    ['has no challenge', () => serve(good(), undefined), 'no “WWW-Authenticate: Bearer”'],
    [
      'has a challenge that leads nowhere',
      () => serve(good(), 'Bearer'),
      'does not say where its metadata is',
    ],
    [
      'is another',
      () => serve({ ...good(), resource: 'https://other.example/' }, challenge()),
      'https://other.example/',
    ],
    [
      'sends people elsewhere',
      () => serve({ ...good(), authorization_servers: ['https://evil.example'] }, challenge()),
      'https://evil.example',
    ],
    [
      'names unknown scopes',
      () => serve({ ...good(), scopes_supported: ['files:delete'] }, challenge()),
      'files:delete',
    ],
    ['has no document', () => serve([], challenge()), 'is no metadata document'],
    [
      'has a hostile document',
      () => serve({ ...good(), resource: '<script>alert(1)</script>' }, challenge()),
      '&lt;script>',
    ],
  ])('and say what is wrong when it %s', async (_, listener, sentence) => {
    answer = listener();
    const body = await check();
    expect(body).toContain('>Wrong<');
    expect(body).toContain(sentence);
    expect(body).not.toContain('<script');
  });

  it('and do not reach into the network of the service', async () => {
    const inside = 'https://10.0.0.1/mcp';
    await press(service, ada, '/admin/servers/add', { ...FORM, identifier: inside, name: 'Inside' });
    expect(await check(inside)).toContain('it is not at a public address');
  });

  it('and say so when it is away', async () => {
    const away = 'http://localhost:1/mcp';
    await press(service, ada, '/admin/servers/add', { ...FORM, identifier: away, name: 'Away' });
    expect(await check(away)).toContain('It cannot be reached.');
  });
});

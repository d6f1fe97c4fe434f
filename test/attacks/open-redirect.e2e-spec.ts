import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('open redirection (RFC 9700 §4.1, §4.11)', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
    client = await new OAuthTestClient(service).register({
      redirect_uris: [
        'https://client.example/callback',
        'http://localhost/callback',
        'http://127.0.0.1:33418/',
      ],
    });
  });
  afterAll(() => service.close());

  it.each([
    'https://client.example/callback/',
    'https://client.example/callback/../evil',
    'https://client.example/callback?x=1',
    'https://client.example/Callback',
    'https://client.example/callback%2f',
    'https://client.example/callback#x',
    'https://CLIENT.example/callback',
    'https://client.example:443/callback',
    'https://client.example.evil.example/callback',
    'https://evil.example/callback',
    'https://client.example@evil.example/callback',
    'https://evil.example\\@client.example/callback',
    'https://client.example./callback',
    'https:client.example/callback',
    '//client.example/callback',
    'http://client.example/callback',
    'https://client.example/callback\t',
    ' https://client.example/callback',
    'https://client.example/callback\r\nSet-Cookie: a=b',
    'javascript:alert(1)//https://client.example/callback',
    'http://localhost.evil.example/callback',
    'http://localhost:8080@evil.example/callback',
    'http://localhost:99999/callback',
    'http://localhost:0/callback',
    'http://localhost:8080/other',
    'http://localhost:8080/callback/',
    'http://localhost:8080/callback?x=1',
    'http://127.0.0.1:8080/callback',
    'http://127.0.0.2:33418/',
    'http://[::1]:33418/',
    'https://localhost:8080/callback',
    'http://LOCALHOST:8080/callback',
  ])('does not send the browser to %j', async (uri) => {
    const answer = await client.authorize({ redirect_uri: uri });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  it.each([
    'http://localhost:8080/callback',
    'http://localhost/callback',
    'http://127.0.0.1:1/',
    'http://127.0.0.1/',
  ])('accepts any port of a loopback redirect: %s (RFC 8252 §7.3)', async (uri) => {
    const answer = await client.authorize({ redirect_uri: uri });
    expect([answer.status, answer.headers.get('location')?.includes('/sign-in')]).toEqual([303, true]);
  });

  it('needs a redirect URI when the client has several, and takes the only one it has (OAuth 2.1 §4.1.1)', async () => {
    expect((await client.authorize({ redirect_uri: undefined })).status).toBe(400);
    const single = await new OAuthTestClient(service).register();
    expect((await single.authorize({ redirect_uri: undefined })).status).toBe(303);
  });

  it('keeps the query of a registered redirect URI, and encodes what it adds (RFC 6749 §3.1.2)', async () => {
    const own = new OAuthTestClient(service);
    own.redirectUri = 'https://client.example/callback?tenant=7';
    await own.register();
    const answer = await own.authorize({ prompt: 'none', state: 'a&b=c#d\r\nX: y' });
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith('https://client.example/callback?tenant=7&error=')).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe('a&b=c#d\r\nX: y');
  });

  const WRONG: [string, Record<string, string>][] = [
    ['a scope that nobody knows', { scope: 'nonsense' }],
    ['another response type', { response_type: 'token' }],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }],
    ['no challenge', { code_challenge: 'short' }],
    ['an unknown prompt', { prompt: 'dance' }],
    ['prompt=none with another', { prompt: 'none login' }],
  ];

  describe.each([
    ['https://client.example/callback', 'client.example'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('while nobody is signed in, with a client that registered itself for %s', (redirectUri, host) => {
    it.each(WRONG)('shows a page for %s, with a way back (RFC 9700 §4.11.2)', async (_, wrong) => {
      const own = new OAuthTestClient(service);
      own.redirectUri = redirectUri;
      await own.register();
      const before = await service.snapshot();
      const answer = await own.authorize(wrong);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      const [, href = ''] = /<a href="([^"]*)"/.exec(answer.body) ?? [];
      expect(href.startsWith(`${redirectUri}?error=`)).toBe(true);
      expect(href).toContain(`iss=${encodeURIComponent(service.issuer)}`);
      expect(answer.body).toContain(`<bdi>${host}</bdi>`);
      expect(await service.snapshot()).toEqual(before);
    });
  });

  it.each(WRONG)('redirects %s to this computer by itself (RFC 9700 §4.11.2)', async (_, wrong) => {
    const answer = await client.authorize({ redirect_uri: 'http://localhost:9/callback', ...wrong });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('http://localhost:9/callback?error=');
  });

  it('redirects prompt=none by itself to https, and never to a program (RFC 9700 §4.11.2)', async () => {
    const own = await new OAuthTestClient(service).register({
      redirect_uris: ['https://client.example/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    });
    for (const wrong of [{}, { scope: 'nonsense' }]) {
      const answer = await own.authorize({ prompt: 'none', ...wrong });
      expect(answer.headers.get('location')).toContain('https://client.example/callback?error=');
      const page = await own.authorize({
        prompt: 'none',
        redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
        ...wrong,
      });
      expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    }
  });

  it('redirects to https by itself once somebody is signed in, and to a program still not (RFC 8252 §8.6)', async () => {
    const own = await new OAuthTestClient(service).register({
      redirect_uris: ['https://client.example/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    });
    await own.code();
    expect((await own.authorize({ scope: 'nonsense' })).headers.get('location')).toContain(
      'https://client.example/callback?error=invalid_scope',
    );
    const page = await own.authorize({
      redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
      scope: 'nonsense',
    });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    service.accounts.disable('alice');
    expect((await own.authorize({ scope: 'nonsense' })).status).toBe(400);
    service.accounts.enable('alice');
  });

  it('does not go by what was registered when more was allowed', async () => {
    const old = await new OAuthTestClient(service).register({
      redirect_uris: ['https://client.example/callback'],
    });
    const { client_id: id } = old.credentials;
    const uris = ['https:/claude.ai/x', 'steam://run/1', 'https://client.example/callback'];
    await service.sql('UPDATE "oauthApplication" SET "redirectUrls" = $2 WHERE "clientId" = $1', [id, uris]);
    for (const uri of uris.slice(0, 2))
      expect((await old.authorize({ redirect_uri: uri, prompt: 'none' })).headers.get('location')).toBeNull();
    expect((await old.authorize({ redirect_uri: undefined, prompt: 'none' })).status).toBe(303);
  });
});

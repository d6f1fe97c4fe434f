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
    const answer = await own.authorize({ response_type: 'token', state: 'a&b=c#d\r\nX: y' });
    const location = answer.headers.get('location') ?? '';
    expect(location.startsWith('https://client.example/callback?tenant=7&error=')).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe('a&b=c#d\r\nX: y');
  });
});

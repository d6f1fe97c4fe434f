import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import type { Json } from '../support/oauth-client.js';

const REDIRECT = 'https://client.example/callback';

describe('RFC 7591 dynamic client registration', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const post = async (body: BodyInit, headers: Record<string, string> = {}, at = service) => {
    const response = await fetch(`${at.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  };
  const register = (metadata: Json) => post(JSON.stringify(metadata));

  it('registers a public client without a secret, as it said (RFC 7591 §3.2.1)', async () => {
    const { status, headers, body } = await register({
      client_name: 'A client',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      scope: 'notes:read',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toMatchObject({
      client_name: 'A client',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'notes:read',
    });
    expect(body).not.toHaveProperty('client_secret');
    expect(body).not.toHaveProperty('client_secret_expires_at');
  });

  it('gives a secret method a URL-safe secret and a numeric expiry (RFC 7591 §3.2.1)', async () => {
    const { body } = await register({ redirect_uris: [REDIRECT] });
    expect(body).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret_expires_at: 0,
    });
    expect(body['client_secret']).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(body['client_id']).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    ['no client_name', {}],
    [
      'null and empty optional members',
      { client_uri: '', logo_uri: null, client_name: '', scope: null, contacts: null },
    ],
    ['unknown members', { software_statement_x: { deep: [1] }, 'x-vendor': true, __proto__x: 1 }],
    ['a wrong application_type', { application_type: 'desktop' }],
    [
      'unsupported grant types beside ours',
      { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] },
    ],
    ['an empty list of grant types', { grant_types: [] }],
    ['a loopback redirect without application_type', { redirect_uris: ['http://127.0.0.1:33418/'] }],
    [
      'a private-use redirect beside https',
      { redirect_uris: [REDIRECT, 'cursor://anysphere.cursor-mcp/oauth/callback'] },
    ],
    ['an IPv6 loopback redirect', { redirect_uris: ['http://[::1]:7777/cb'] }],
    ['the same redirect twice', { redirect_uris: [REDIRECT, REDIRECT] }],
  ])('accepts %s (RFC 7591 §2)', async (_name, metadata) => {
    const { status, body } = await register({ redirect_uris: [REDIRECT], ...metadata });
    expect(status).toBe(201);
    for (const value of Object.values(body)) expect(value === null || value === '').toBe(false);
    for (const name of Object.keys(body)) expect(['__proto__', 'x-vendor']).not.toContain(name);
  });

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    ['file:///etc/passwd'],
    ['vbscript:x'],
    ['about:blank'],
    ['blob:https://client.example/x'],
    ['http://client.example/callback'],
    ['http://localhost.evil.example/callback'],
    ['http://127.0.0.1.evil.example/callback'],
    ['https://client.example/callback#fragment'],
    ...['code=x', 'a=b&state=x', 'iss=https://evil.example', 'err%6Fr=x', 'a&error_uri'].map((query) => [
      `https://client.example/callback?${query}`,
    ]),
    ['https://user:pass@client.example/callback'],
    ['http://localhost@evil.example/'],
    ['https://client.example\\@evil.example/'],
    ['https://client.example/../callback'],
    ['/callback'],
    ['callback'],
    ['https://'],
    ['https://client.example/call back'],
    ['https://client.example/callb\u00e4ck'],
    ['https:/claude.ai/x'],
    ['https:claude.ai/x'],
    ['https://*.example.com/cb'],
    ['localhost:1234/cb'],
    ['urn:ietf:wg:oauth:2.0:oob'],
    ['ms-appinstaller://x'],
    ['steam://run/1'],
    ['cursor:callback'],
    ['https://client.example/\u0000'],
    ['x'.repeat(2_001)],
    [`https://client.example/${'x'.repeat(2_000)}`],
  ])('refuses the redirect URI %j (RFC 9700 §4.1)', async (uri) => {
    const before = await service.snapshot();
    const { status, body } = await register({ redirect_uris: [uri] });
    expect(status).toBe(400);
    expect(body['error']).toBe('invalid_redirect_uri');
    expect(Object.keys(body).toSorted()).toEqual(['error', 'error_description']);
    expect(await service.snapshot()).toEqual(before);
  });

  it('leaves out a scheme that it does not know, and tells the client so (RFC 7591 §3.2.1)', async () => {
    const { status, body } = await register({ redirect_uris: ['my-editor://x/cb', REDIRECT, 'a://b'] });
    expect([status, body['redirect_uris']]).toEqual([201, [REDIRECT]]);
    const { client_id: id } = body;
    const rows = await service.sql('SELECT "redirectUrls" FROM "oauthApplication" WHERE "clientId" = $1', [
      id,
    ]);
    expect(rows).toEqual([{ redirectUrls: [REDIRECT] }]);
  });

  it.each([
    'javascript:alert(1)',
    'data:/x',
    'file:///etc/passwd',
    'https:/claude.ai/x',
    'http://client.example/',
  ])('refuses the whole of a registration with %s beside what is right (RFC 9700 §4.1)', async (uri) => {
    const before = await service.snapshot();
    const { status, body } = await register({ redirect_uris: [REDIRECT, uri] });
    expect([status, body['error']]).toEqual([400, 'invalid_redirect_uri']);
    expect(await service.snapshot()).toEqual(before);
  });

  it.each([
    ['no redirect URI', { redirect_uris: undefined }, 'invalid_redirect_uri'],
    ['an empty list of redirect URIs', { redirect_uris: [] }, 'invalid_redirect_uri'],
    [
      '21 redirect URIs',
      { redirect_uris: Array.from({ length: 21 }, (_, i) => `${REDIRECT}/${i}`) },
      'invalid_redirect_uri',
    ],
    ['a redirect URI that is no string', { redirect_uris: [{ a: 1 }] }, 'invalid_redirect_uri'],
    ['redirect URIs that are no list', { redirect_uris: REDIRECT }, 'invalid_redirect_uri'],
    ['an unsupported method', { token_endpoint_auth_method: 'tls_client_auth' }, 'invalid_client_metadata'],
    ['only unsupported grant types', { grant_types: ['password'] }, 'invalid_client_metadata'],
    ['only unsupported response types', { response_types: ['token'] }, 'invalid_client_metadata'],
    ['a name of 201 characters', { client_name: 'x'.repeat(201) }, 'invalid_client_metadata'],
    ['a name with a NUL character', { client_name: 'a\0b' }, 'invalid_client_metadata'],
    ['a name with a lone surrogate', { client_name: 'a\ud800b' }, 'invalid_client_metadata'],
    ['a scope with a lone surrogate', { scope: '\ud800' }, 'invalid_client_metadata'],
    ['a contact with a lone surrogate', { contacts: ['a', '\udfff'] }, 'invalid_client_metadata'],
    ['a name that is an object', { client_name: { toString: 'x' } }, 'invalid_client_metadata'],
    ['a script as client_uri', { client_uri: 'javascript:alert(1)' }, 'invalid_client_metadata'],
    ['a number as scope', { scope: 7 }, 'invalid_client_metadata'],
  ])('refuses %s (RFC 7591 §3.2.2)', async (_name, metadata, error) => {
    const before = await service.snapshot();
    const { status, body } = await register({ redirect_uris: [REDIRECT], ...metadata });
    expect([status, body['error']]).toEqual([400, error]);
    expect(await service.snapshot()).toEqual(before);
  });

  it.each([
    ['malformed JSON', '{"redirect_uris":', {}, 400, 'invalid_request'],
    ['a JSON list', '[]', {}, 400, 'invalid_client_metadata'],
    ['JSON null', 'null', {}, 400, 'invalid_client_metadata'],
    ['a JSON string', '"x"', {}, 400, 'invalid_client_metadata'],
    ['no body', '', {}, 400, 'invalid_request'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 400, 'invalid_request'],
    [
      'another content type',
      'redirect_uris=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'invalid_request',
    ],
    [
      'a body over 64 kB',
      JSON.stringify({ redirect_uris: [REDIRECT], x: 'x'.repeat(65_536) }),
      {},
      413,
      'invalid_request',
    ],
    [
      'metadata over 8 kB',
      JSON.stringify({ redirect_uris: [REDIRECT], x: 'x'.repeat(8_192) }),
      {},
      413,
      'invalid_request',
    ],
    [
      'metadata over 8 kB in other characters',
      JSON.stringify({ redirect_uris: [REDIRECT], x: 'ä'.repeat(4_096) }),
      {},
      413,
      'invalid_request',
    ],
    ['a body of 1 MB', 'x'.repeat(1_048_576), {}, 413, 'invalid_request'],
  ])('answers %s with an OAuth error (RFC 7591 §3.2.2)', async (_name, body, headers, status, error) => {
    const before = await service.snapshot();
    const answer = await post(body, headers);
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
    expect(await service.snapshot()).toEqual(before);
  });

  it('is not poisoned by a body that names prototypes', async () => {
    const { status } = await post(
      `{"redirect_uris":["${REDIRECT}"],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
    );
    expect(status).toBe(201);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('needs the initial access token where one is asked for (RFC 7591 §3)', async () => {
    const guarded = await startService({ registration: 'token' });
    const before = await guarded.snapshot();
    const body = JSON.stringify({ redirect_uris: [REDIRECT] });
    const none = await post(body, {}, guarded);
    expect([none.status, none.body['error'], none.headers.get('www-authenticate')]).toEqual([
      401,
      'invalid_token',
      'Bearer',
    ]);
    const wrong = await post(body, { authorization: 'Bearer wrong' }, guarded);
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    expect(await guarded.snapshot()).toEqual(before);
    expect((await post(body, { authorization: `bearer ${guarded.registrationToken}` }, guarded)).status).toBe(
      201,
    );
    await guarded.close();
  });

  it('is neither advertised nor open when it is off', async () => {
    const closed = await startService({ registration: 'off' });
    const metadata = (await (
      await fetch(`${closed.issuer}/.well-known/oauth-authorization-server`)
    ).json()) as Json;
    expect(metadata).not.toHaveProperty('registration_endpoint');
    const refused = await post(JSON.stringify({ redirect_uris: [REDIRECT] }), {}, closed);
    expect([refused.status, refused.body['error']]).toEqual([403, 'access_denied']);
    await closed.close();
  });

  it.each([
    ['none that it knows', 'admin unknown:scope', undefined],
    ['some that it knows', 'notes:read unknown:scope openid files:read', 'notes:read openid files:read'],
    ['what is no scope', '"notes:read" \\', undefined],
    ['an inherited name', 'constructor __proto__', undefined],
  ])(
    'does not say that a client has scopes which there are not: %s (RFC 7591 §3.2.1)',
    async (_, scope, echoed) => {
      const { status, body } = await register({ redirect_uris: [REDIRECT], scope });
      expect([status, body['scope']]).toEqual([201, echoed]);
      const { client_id: id } = body;
      const rows = await service.sql('SELECT "metadata" FROM "oauthApplication" WHERE "clientId" = $1', [id]);
      expect(rows).toEqual([{ metadata: echoed === undefined ? {} : { scope: echoed } }]);
    },
  );
});

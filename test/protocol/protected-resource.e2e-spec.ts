import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('MCP 2026-07-28 protected resource', () => {
  let service: TestService;
  let client: OAuthTestClient;
  let token: string;

  beforeAll(async () => {
    service = await startService();
    client = await new OAuthTestClient(service).register();
    token = (await client.tokens()).access_token;
  });
  afterAll(() => service.close());

  const metadata = () => `resource_metadata="${service.origin}/.well-known/oauth-protected-resource/mcp"`;
  const call = async (
    headers: Record<string, string>,
    body: BodyInit = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    path = '/mcp',
  ) => {
    const response = await fetch(service.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('challenges a request without a token, naming metadata and scope and no error (RFC 6750 §3.1, RFC 9728 §5.1)', async () => {
    const { status, headers, text } = await call({});
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(`Bearer ${metadata()}, scope="notes:read"`);
    expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 }, id: null });
  });

  it.each([
    ['garbage', () => 'Bearer x'],
    ['a malformed token', () => 'Bearer a b'],
    ['an empty token', () => 'Bearer '],
    ['a token whose signature was changed', () => `Bearer ${token.slice(0, -4)}AAAA`],
    ['a token without a signature', () => `Bearer ${token.split('.').slice(0, 2).join('.')}.`],
    [
      'an unsigned token',
      () =>
        `Bearer ${[Buffer.from('{"alg":"none","typ":"at+jwt","kid":"x"}').toString('base64url'), token.split('.')[1], 'x'].join('.')}`,
    ],
    ['a token of 20 kB', () => `Bearer ${'x'.repeat(9_000)}`],
  ])('answers %s with invalid_token (RFC 6750 §3.1)', async (_name, authorization) => {
    const { status, headers } = await call({ authorization: authorization() });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(headers.get('www-authenticate')).toContain(metadata());
  });

  it('answers other schemes as if no token was sent (RFC 9110 §11.6.1)', async () => {
    const { status, headers } = await call({ authorization: 'Basic YTpi' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).not.toContain('error=');
  });

  it('reads the scheme without case (RFC 9110 §11.1)', async () => {
    for (const scheme of ['bearer', 'BEARER', 'BeArEr'])
      expect((await call({ authorization: `${scheme} ${token}` })).status).toBe(200);
  });

  it('refuses a token in the query string (MCP 2026-07-28, Token Requirements)', async () => {
    const { status, headers } = await call({}, undefined, `/mcp?access_token=${token}`);
    expect(status).toBe(400);
    expect(headers.get('www-authenticate')).toContain('error="invalid_request"');
  });

  it('refuses a token for another resource (RFC 8707 §2)', async () => {
    const other = await new OAuthTestClient(service).register();
    const { access_token: filesToken } = await other.tokens({
      resource: service.secondResource,
      scope: 'files:read',
    });
    expect((await call({ authorization: `Bearer ${filesToken}` }, undefined, '/files')).status).toBe(200);
    const refused = await call({ authorization: `Bearer ${filesToken}` });
    expect([
      refused.status,
      refused.headers.get('www-authenticate')?.includes('error="invalid_token"'),
    ]).toEqual([401, true]);
    expect((await call({ authorization: `Bearer ${token}` }, undefined, '/files')).status).toBe(401);
  });

  it('refuses an expired token, also one it has just seen (RFC 9068 §4)', async () => {
    const { access_token: aging } = await client.tokens();
    expect((await call({ authorization: `Bearer ${aging}` })).status).toBe(200);
    service.clock.advance(3_601);
    expect((await call({ authorization: `Bearer ${aging}` })).status).toBe(401);
    token = (await client.tokens()).access_token;
  });

  const toolCall = (name: unknown, id = 1) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name },
  });

  it('names every scope an operation needs in one challenge (MCP 2026-07-28, Scope Challenge Handling)', async () => {
    const { status, headers, text } = await call(
      { authorization: `Bearer ${token}` },
      JSON.stringify(toolCall('write_note')),
    );
    expect(status).toBe(403);
    const challenge = headers.get('www-authenticate');
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="notes:read notes:write"');
    expect(challenge).toContain(metadata());
    expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', id: null });
  });

  it('lets a broader scope do what it implies (MCP 2026-07-28, Step-Up Authorization Flow)', async () => {
    const admin = await new OAuthTestClient(service).register();
    const { access_token: strong } = await admin.tokens({ scope: 'notes:admin' });
    expect(
      (await call({ authorization: `Bearer ${strong}` }, JSON.stringify(toolCall('write_note')))).status,
    ).toBe(200);
  });

  it('needs the union of the scopes of a batch', async () => {
    const batch = JSON.stringify([toolCall('other'), toolCall('write_note', 2)]);
    expect((await call({ authorization: `Bearer ${token}` }, batch)).status).toBe(403);
  });

  it.each([['toString'], ['__proto__'], ['constructor'], ['unlisted'], [{ a: 1 }], [7]])(
    'needs no scope of a tool that is called %j',
    async (name) => {
      const { status } = await call({ authorization: `Bearer ${token}` }, JSON.stringify(toolCall(name)));
      expect(status).toBe(200);
    },
  );

  it.each([
    [{ 'mcp-name': 'other' }, 400],
    [{ 'mcp-method': 'tools/list' }, 400],
    [{ 'mcp-name': 'write_note', 'mcp-method': 'tools/call' }, 403],
    [{ 'mcp-name': `=?base64?${Buffer.from('write_note').toString('base64')}?=` }, 403],
  ])(
    'compares the headers %j with the body (MCP 2026-07-28, Server Validation)',
    async (headers, expected) => {
      const { status } = await call(
        { authorization: `Bearer ${token}`, ...headers },
        JSON.stringify(toolCall('write_note')),
      );
      expect(status).toBe(expected);
    },
  );

  it('refuses a body that nobody has parsed', async () => {
    const { status } = await call({ authorization: `Bearer ${token}`, 'content-type': 'text/plain' }, 'x');
    expect(status).toBe(400);
  });

  it('answers a preflight without a token, and opens its answers (Fetch §3.2)', async () => {
    const origin = 'https://inspector.example';
    const preflight = await fetch(service.resource, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
    const { headers } = await call({ authorization: `Bearer ${token}`, origin });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });
});

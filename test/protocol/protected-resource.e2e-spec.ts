import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { DPOP_CHALLENGE } from '../support/dpop.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

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
    const all = { 'content-type': 'application/json', ...headers };
    const response = await fetch(service.origin + path, { method: 'POST', headers: all, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('challenges a request without a token, naming metadata and scope and no error (RFC 6750 §3.1, RFC 9728 §5.1)', async () => {
    const { status, headers, text } = await call({});
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(
      `Bearer ${metadata()}, scope="notes:read", ${DPOP_CHALLENGE}`,
    );
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

  it.each([['toString'], ['__proto__'], ['constructor'], ['unlisted'], ['']])(
    'needs no scope of a tool that is called %j',
    async (name) => {
      const { status } = await call({ authorization: `Bearer ${token}` }, JSON.stringify(toolCall(name)));
      expect(status).toBe(200);
    },
  );

  it.each<[string, unknown]>([
    ['a name that is a list', toolCall(['write_note'])],
    ['a name that is an object', toolCall({ name: 'write_note' })],
    ['a name that is a number', toolCall(7)],
    ['a name that is null', toolCall(null)],
    ['no name', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} }],
    ['a uri and no name', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { uri: 'write_note' } }],
    ['no parameters', { jsonrpc: '2.0', id: 1, method: 'tools/call' }],
    ['a list of parameters', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: ['write_note'] }],
    ['a batch with such a call', [toolCall('other'), toolCall(['write_note'], 2)]],
    ['a batch in a batch', [[toolCall('write_note')]]],
    ['a method that is no text', { jsonrpc: '2.0', id: 1, method: ['tools/call'], params: { name: 'x' } }],
  ])('refuses a call with %s as a JSON-RPC error (JSON-RPC 2.0 §5.1)', async (_name, message) => {
    const refused = await call({ authorization: `Bearer ${token}` }, JSON.stringify(message));
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({ jsonrpc: '2.0', error: { code: -32_600 }, id: null });
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_request"');
  });

  const callBy = async (method: string, message?: unknown, path = '/mcp/every') => {
    const response = await fetch(service.origin + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(message !== undefined && { body: JSON.stringify(message) }),
    });
    return response.status;
  };

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])(
    'asks for the scopes of a tool that is called by %s (MCP 2026-07-28, Scope Challenge Handling)',
    async (method) => {
      expect(await callBy(method, toolCall('write_note'))).toBe(403);
      expect(await callBy(method, [toolCall('other'), toolCall('write_note', 2)])).toBe(403);
      expect(await callBy(method, toolCall(['write_note']))).toBe(400);
      expect(await callBy(method, 'write_note')).toBe(400);
      expect(await callBy(method, toolCall('other'))).toBe(200);
    },
  );

  it('asks for the scopes of a tool that a GET carries in its body', async () => {
    const status = await new Promise((resolve, reject) => {
      const body = JSON.stringify(toolCall('write_note'));
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        authorization: `Bearer ${token}`,
      };
      request(`${service.origin}/mcp/every`, { method: 'GET', headers }, ({ statusCode }) =>
        resolve(statusCode),
      )
        .on('error', reject)
        .end(body);
    });
    expect(status).toBe(403);
  });

  it.each(['GET', 'DELETE'])('lets a %s without a body through (MCP 2025-11-25)', async (method) => {
    expect(await callBy(method)).toBe(200);
  });

  it.each([
    ['a controller without @RequireScopes', '/files', 'files:read'],
    ['a handler with @ToolScopes alone', '/mcp/every', 'notes:read'],
  ])(
    'opens nothing of %s to a token with openid alone (MCP 2026-07-28, Scope Challenge Handling)',
    async (_name, path, scope) => {
      const other = await new OAuthTestClient(service).register();
      const { access_token: bare } = await bareToken(other, path);
      const refused = await call({ authorization: `Bearer ${bare}` }, undefined, path);
      expect(refused.status).toBe(403);
      const challenge = refused.headers.get('www-authenticate');
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain(`scope="${scope}"`);
      expect(challenge).toContain('resource_metadata=');
      expect(JSON.parse(refused.text)).toMatchObject({ error: { code: -32_003 }, id: null });
    },
  );

  /** A token whose person has left of all scopes only what says who they are. */
  const bareToken = async (visitor: OAuthTestClient, path: string) => {
    const resource = service.origin + (path === '/files' ? '/files' : '/mcp');
    const known = path === '/files' ? 'files:read' : 'notes:read';
    const page = await visitor.toConsent({ resource, scope: `openid ${known}` });
    const code = redirectParameters(await visitor.approve(page, ['openid'])).get('code') ?? '';
    return (await visitor.exchange(code, { resource })).body;
  };

  const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  it.each<[string, (token: string) => string]>([
    ['padding', (known) => `${known}==`],
    ['padding in its claims', (known) => known.replace(/\.([^.]*)$/, '=.$1')],
    ['a tilde', (known) => `${known}~`],
    ['a tilde within', (known) => `${known.slice(0, -3)}~${known.slice(-3)}`],
    ['the alphabet of base64', (known) => known.replace(/[-_](?=[^.]*$)/g, (it) => (it === '-' ? '+' : '/'))],
    [
      'other trailing bits',
      (known) => known.slice(0, -1) + CHARACTERS[CHARACTERS.indexOf(known.slice(-1)) ^ 1],
    ],
    ['a dot at the end', (known) => `${known}.`],
    ['another character at the end', (known) => `${known}A`],
  ])('takes a token in one spelling: not with %s (RFC 7515 §2, RFC 4648 §3.5)', async (_name, respell) => {
    let [known, spelling] = ['', ''];
    // A signature without a dash or an underscore is written alike in both alphabets.
    while (known === spelling) {
      known = (await client.tokens()).access_token;
      spelling = respell(known);
    }
    for (let round = 0; round < 2; round++) {
      const refused = await call({ authorization: `Bearer ${spelling}` });
      expect([
        refused.status,
        refused.headers.get('www-authenticate')?.includes('error="invalid_token"'),
      ]).toEqual([401, true]);
      expect((await call({ authorization: `Bearer ${known}` })).status).toBe(200);
    }
  });

  it('finds a token in a query behind a second question mark (RFC 3986 §3.4)', async () => {
    expect((await call({}, undefined, `/mcp?a=b?c&access_token=${token}`)).status).toBe(400);
  });

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

import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimiter } from '../../src/index.js';
import { INTROSPECTION, startService, type TestService } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

const addresses: string[] = [];

@Injectable()
class AddressBook extends RateLimiter {
  override async consume({ address }: { address: string }) {
    addresses.push(address);
    return { allowed: true as const };
  }
}

/** Routes of the host beside ours. */
@Controller()
class HostController {
  @Put('token')
  put() {
    return 'the host';
  }

  @Get('register/:id')
  find() {
    return 'the host';
  }

  @Get('health')
  health() {
    return 'the host';
  }
}

describe('a host on Fastify', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({
      fastify: { trustProxy: 'loopback' },
      controllers: [HostController],
      rateLimiter: AddressBook,
      rateLimit: true,
    });
    client = await new OAuthTestClient(service).register();
  });
  afterAll(() => service.close());

  const send = async (method: string, path: string) => {
    const response = await fetch(service.origin + path, { method, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const post = async (path: string, fields: Record<string, string>) => {
    const headers = { authorization: `Basic ${btoa(Object.values(INTROSPECTION).join(':'))}` };
    const body = new URLSearchParams(fields);
    const response = await fetch(service.origin + path, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };

  it('has its metadata wherever clients look for it (RFC 8414 §3, RFC 9728 §3)', async () => {
    for (const path of [
      'oauth-authorization-server',
      'openid-configuration',
      'oauth-protected-resource/mcp',
    ]) {
      const { status, text } = await send('GET', `/.well-known/${path}`);
      expect([status, text.includes(service.issuer)]).toEqual([200, true]);
    }
  });

  it('ends its own sign-in in completeSignIn with the request and the reply of Fastify, whose cookies go along', async () => {
    const page = await client.follow(await client.authorize());
    expect(page.url).toContain('/sign-in');
    const answer = await client.browser.submit(page, undefined, (fields) =>
      fields.map(([name, value]) => [name, name === 'account' ? 'alice' : value]),
    );
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([303, 'no-store']);
    expect(answer.headers.get('location')).toMatch(`${service.issuer}/interaction/`);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringContaining('host_session=alice')]);
    const code = redirectParameters(await client.approve(await client.follow(answer))).get('code');
    expect((await client.exchange(code ?? '')).status).toBe(200);
  });

  it('refuses completeSignIn in a browser that began nothing, and sends nothing then', async () => {
    const body = { account: 'alice', interaction: '00000000-0000-4000-8000-000000000000' };
    const answer = await new Browser().post(`${service.origin}/sign-in`, body);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { error: 'invalid_request' }]);
    expect(answer.headers.get('location')).toBeNull();
  });

  it('leads to tokens that rotate, of which a replay ends the grant (OAuth 2.1 §4.1, §4.3)', async () => {
    const tokens = await client.tokens();
    expect((await client.call(tokens.access_token)).body).toMatchObject({
      result: { session: { userId: 'alice', scopes: ['notes:read'] } },
    });
    const next = await client.refresh(tokens.refresh_token);
    expect(next.status).toBe(200);
    expect((await client.refresh(next.body.refresh_token)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.call(next.body.access_token)).status).toBe(401);
  });

  it('introspects and revokes (RFC 7662 §2, RFC 7009 §2)', async () => {
    const { access_token: token, refresh_token: refresh } = await client.tokens();
    expect(JSON.parse((await post('/introspect', { token })).text)).toMatchObject({ active: true });
    const revoked = await fetch(`${service.origin}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: refresh, client_id: client.credentials.client_id }),
    });
    expect(revoked.status).toBe(200);
    expect(JSON.parse((await post('/introspect', { token })).text)).toEqual({ active: false });
    expect((await client.call(token)).status).toBe(401);
  });

  it('guards its tools: 401 and 403 are JSON-RPC with a challenge (RFC 6750 §3)', async () => {
    const unauthorized = await client.call();
    expect(unauthorized.status).toBe(401);
    expect(unauthorized.headers.get('www-authenticate')).toContain('resource_metadata=');
    expect(unauthorized.headers.get('www-authenticate')).not.toContain('error=');
    expect(unauthorized.body).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 } });
    expect((await client.call('x.y.z')).headers.get('www-authenticate')).toContain('error="invalid_token"');
    const { access_token: token } = await client.tokens();
    const params = { name: 'write_note' };
    const forbidden = await client.call(token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    expect(forbidden.status).toBe(403);
    expect(forbidden.headers.get('www-authenticate')).toContain('scope="notes:read notes:write"');
  });

  it('answers a preflight for its tools', async () => {
    const headers = { origin: 'https://inspector.example', 'access-control-request-method': 'POST' };
    const answer = await fetch(service.resource, { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  it('knows the address that its own trustProxy says', async () => {
    addresses.length = 0;
    await fetch(`${service.origin}/token`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '203.0.113.7' },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'nobody' }),
    });
    expect(addresses).toEqual(['203.0.113.7']);
  });

  it.each([
    ['PUT', '/token', 200, null],
    ['GET', '/token', 405, 'POST, OPTIONS'],
    ['GET', '/register/7', 200, null],
    ['GET', '/register', 405, 'POST, OPTIONS'],
    ['PUT', '/register', 405, 'POST, OPTIONS'],
    ['DELETE', '/authorize', 405, 'GET, HEAD, POST'],
    ['GET', '/health', 200, null],
  ])(
    'answers %s %s with %i: the host where it has the route, else 405 with Allow (RFC 9110 §15.5.6)',
    async (method, path, status, allow) => {
      const answer = await send(method, path);
      expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
      if (allow === null) expect(answer.text).toBe('the host');
      else expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
    },
  );
});

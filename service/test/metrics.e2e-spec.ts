import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/service-config.js';
import { freePort } from '../../test/support/free-port.js';
import { Browser } from '../../test/support/browser.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

const TOKEN = randomBytes(24).toString('base64url');

describe('metrics', () => {
  let service: Standalone | undefined;
  afterEach(() => service?.close());

  const start = async (environment: NodeJS.ProcessEnv) => {
    service = await startStandalone(environment);
    return service;
  };
  const read = async (origin: string, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${origin}/metrics`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('are nowhere unless asked for', async () => {
    expect((await read((await start({})).issuer, TOKEN)).status).toBe(404);
  });

  it('are for whoever has the token', async () => {
    const { issuer } = await start({ MCP_AUTH_METRICS_TOKEN: TOKEN });
    for (const wrong of [undefined, '', `${TOKEN}x`, TOKEN.slice(1)]) {
      const { status, headers, text } = await read(issuer, wrong);
      expect([status, headers.get('www-authenticate'), text]).toEqual([401, 'Bearer', '']);
    }
    const { status, headers, text } = await read(issuer, TOKEN);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('are on a port of their own when one is set, and not on the other', async () => {
    const port = await freePort();
    const { issuer } = await start({ MCP_AUTH_METRICS_PORT: String(port) });
    expect((await read(issuer)).status).toBe(404);
    const { status, text } = await read(`http://127.0.0.1:${port}`);
    expect([status, text.includes('mcp_auth_http_request_duration_seconds')]).toEqual([200, true]);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  it('say what is done here, by few labels and without a name, an id or a path', async () => {
    const { issuer, mcpUrl } = await start({ MCP_AUTH_METRICS_TOKEN: TOKEN, MCP_AUTH_RATE_LIMIT: 'on' });
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${issuer}/sign-in`), ADMINISTRATOR.email, 'wrong');
    const client = await new ServiceClient({ issuer }, mcpUrl).register();
    await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    for (let index = 0; index < 61; index++) await client.refresh('unknown');
    await client.token({ grant_type: 'a-secret-in-the-wrong-field' });
    for (const path of ['/nowhere/a', '/nowhere/b', '/.well-known/x', '/mcp'])
      await fetch(`${issuer}${path}?code=x`);

    const { text } = await read(issuer, TOKEN);
    for (const line of [
      'mcp_auth_sign_ins_total{method="password",outcome="refused"} 1',
      'mcp_auth_sign_ins_total{method="password",outcome="succeeded"} 1',
      'mcp_auth_token_answers_total{grant_type="authorization_code",outcome="issued"} 1',
      'mcp_auth_token_answers_total{grant_type="refresh_token",outcome="refused"} 60',
      'mcp_auth_token_answers_total{grant_type="refresh_token",outcome="rate_limited"} 1',
      'mcp_auth_token_answers_total{grant_type="other",outcome="refused"} 1',
      'mcp_auth_rate_limited_total{limit="token"} 1',
      'mcp_auth_http_request_duration_seconds_count{route="/interaction/:id",method="GET",status="2xx"} 1',
      'mcp_auth_http_request_duration_seconds_count{route="/token",method="POST",status="4xx"} 62',
      'mcp_auth_http_request_duration_seconds_count{route="other",method="GET",status="4xx"} 3',
      'mcp_auth_database_connections_waited_for 0',
    ])
      expect(text).toContain(line);
    const age = Number(/^mcp_auth_revocation_view_age_seconds (\S+)$/m.exec(text)?.[1]);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(60);
    for (const absent of [client.clientId, ADMINISTRATOR.email, 'nowhere', 'a-secret', 'code=', '127.0.0.1'])
      expect(text).not.toContain(absent);
  });

  it('are counted apart for each application of a process', async () => {
    const other = await startStandalone({ MCP_AUTH_METRICS_TOKEN: TOKEN });
    const { issuer } = await start({ MCP_AUTH_METRICS_TOKEN: TOKEN });
    await fetch(`${other.issuer}/jwks`);
    expect((await read(issuer, TOKEN)).text).not.toContain('route="/jwks"');
    expect((await read(other.issuer, TOKEN)).text).toContain('route="/jwks"');
    await other.close();
  });

  it.each([
    [{ MCP_AUTH_METRICS_TOKEN: 'short' }, 'MCP_AUTH_METRICS_TOKEN must have at least 32 characters'],
    [{ MCP_AUTH_METRICS_PORT: '3000' }, "MCP_AUTH_METRICS_PORT 3000 is the service's own"],
    [{ MCP_AUTH_METRICS_PORT: '0' }, 'MCP_AUTH_METRICS_PORT must be a whole number from 1 to 65535'],
    [{ MCP_AUTH_METRICS_HOST: '0.0.0.0' }, 'MCP_AUTH_METRICS_HOST needs MCP_AUTH_METRICS_PORT'],
    [{ MCP_AUTH_REDIS_URL: 'cache:6379' }, 'MCP_AUTH_REDIS_URL must begin with redis://'],
    [{ MCP_AUTH_REDIS_PREFIX: 'a b' }, 'MCP_AUTH_REDIS_PREFIX must be'],
    [{ MCP_AUTH_SHUTDOWN_TIMEOUT: '0' }, 'MCP_AUTH_SHUTDOWN_TIMEOUT must be'],
  ])('need a right environment, which %j is not', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});

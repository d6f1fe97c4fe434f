import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { type DatabaseProxy, proxyTo } from '../support/proxy.js';

describe.skipIf(!postgresUrl)('a database that is away', () => {
  let proxy: DatabaseProxy;
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    proxy = await proxyTo(postgresUrl ?? '');
    service = await startService({ databaseUrl: proxy.url });
    client = await new OAuthTestClient(service).register();
  });
  afterAll(async () => {
    await service.close();
    proxy.close();
  });

  it('answers 503 with Retry-After everywhere, and works again by itself (RFC 9110 §15.6.4)', async () => {
    const tokens = await client.tokens();
    const page = await client.toConsent({ prompt: 'consent' });
    proxy.cut();

    const refused = await client.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(refused.headers.get('retry-after')).toBe('1');
    const authorize = await client.authorize({ client_id: 'somebody' });
    expect([authorize.status, authorize.headers.get('retry-after')]).toEqual([503, '1']);
    const consent = await client.approve(page);
    expect([consent.status, consent.headers.get('location')]).toEqual([503, null]);
    const registration = await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://client.example/'] }),
    });
    expect(registration.status).toBe(503);
    expect((await client.call(tokens.access_token)).status).toBe(200);

    proxy.restore();
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await client.approve(page)).status).toBe(303);
  });

  it('answers guarded calls with 503 and never 401 once its view is too old (MCP 2026-07-28, Token Handling)', async () => {
    const tokens = await client.tokens();
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 5_600));
    const stale = await client.call(tokens.access_token);
    expect([stale.status, stale.headers.get('retry-after')]).toEqual([503, '1']);
    expect(stale.body).toHaveProperty('jsonrpc', '2.0');
    proxy.restore();
    await eventually(async () => (await client.call(tokens.access_token)).status === 200);
  });
});

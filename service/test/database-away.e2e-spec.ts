import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { Browser, encode } from '../../test/support/browser.js';
import { pkce } from '../../test/support/oauth-client.js';
import { newDatabase } from '../../test/support/postgres.js';
import { type DatabaseProxy, proxyTo } from '../../test/support/proxy.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!postgresUrl)('the service while PostgreSQL is away', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let proxy: DatabaseProxy;
  let service: Standalone;

  beforeAll(async () => {
    database = await newDatabase();
    proxy = await proxyTo(database.url);
    service = await startStandalone({
      DATABASE_URL: proxy.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_LOG_LEVEL: 'silent',
    });
  });
  afterAll(async () => {
    await service.close();
    proxy.close();
    await database.drop();
  });

  it('answers every page with 503 and Retry-After, and works again by itself', async () => {
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/sign-in`);
    const registered = await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://client.example/'],
        token_endpoint_auth_method: 'none',
      }),
    });
    const { client_id: clientId } = (await registered.json()) as { client_id: string };
    const authorize = `${service.issuer}/authorize?${encode({ client_id: clientId, redirect_uri: 'https://client.example/', response_type: 'code', code_challenge: pkce().challenge, code_challenge_method: 'S256' })}`;
    await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(200);

    proxy.cut();
    const answers = [
      await browser.get(`${service.issuer}/`),
      await browser.get(authorize),
      await browser.get(`${service.issuer}/setup?token=x`),
      await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password),
      await browser.get(`${service.issuer}/health/ready`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    for (const { headers } of answers.slice(0, 4)) expect(headers.get('retry-after')).toBe('1');
    for (const url of [`${service.issuer}/`, authorize]) {
      const { headers, body } = await browser.request(url, { headers: { accept: 'text/html' } });
      expect(body).toContain(`<code>${headers.get('x-request-id')}</code>`);
    }
    expect((await browser.get(`${service.issuer}/health/live`)).status).toBe(200);

    proxy.restore();
    expect((await browser.get(`${service.issuer}/health/ready`)).status).toBe(200);
    expect((await browser.get(authorize)).status).toBe(303);
  });
});

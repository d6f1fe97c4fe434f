import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { parseForm } from '../support/html-form.js';
import type { BrowserResponse } from '../support/browser.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { expectToFit, VIEWS } from '../support/page-fit.js';

const MODE = { response_mode: 'form_post' };
const STATE = `"><script>alert('x')</script>&amp; ü`;
/** With what would end a directive of the policy, or the attribute. */
const ODD_REDIRECT = `https://client.example/call;back,x?a=1&b='2'`;

describe('response_mode=form_post (OAuth 2.0 Form Post Response Mode)', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({ issuerPath: '/auth' });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const posted = ({ status, headers, body }: BrowserResponse) => {
    expect([status, headers.get('location')]).toEqual([200, null]);
    const { action, fields } = parseForm(body);
    return {
      action,
      fields: Object.fromEntries(fields),
      policy: headers.get('content-security-policy'),
      headers,
      body,
    };
  };
  const grants = async () => (await service.sql('SELECT 1 FROM "oauthGrant"')).length;

  it('is advertised beside query (RFC 8414 §2)', async () => {
    const metadata = await fetch(`${service.origin}/.well-known/oauth-authorization-server/auth`);
    expect(await metadata.json()).toMatchObject({ response_modes_supported: ['query', 'form_post'] });
  });

  it('brings the code in a form, escaped, whose callback may lead anywhere (§2)', async () => {
    client.redirectUri = ODD_REDIRECT;
    await client.register();
    const answer = posted(await client.approve(await client.toConsent({ ...MODE, state: STATE })));
    expect(answer.action).toBe(ODD_REDIRECT);
    expect(answer.fields).toEqual({ code: expect.any(String), state: STATE, iss: service.issuer });
    expect(answer.body).not.toContain('<script>alert');
    expect(answer.policy).not.toContain('form-action');
    expect(answer.policy).toMatch(/script-src 'sha256-[A-Za-z0-9+/=]+'(;|$)/);
    expect(answer.policy).toContain("default-src 'none'");
    expect([answer.headers.get('cache-control'), answer.headers.get('x-frame-options')]).toEqual([
      'no-store',
      'DENY',
    ]);
    expect((await client.exchange(answer.fields['code'] ?? '')).status).toBe(200);
    // What is remembered comes the same way, and so does the same click again.
    expect(posted(await client.authorize(MODE)).fields).toHaveProperty('code');
  });

  it('comes again in the same form for the same click', async () => {
    const page = await client.toConsent(MODE);
    const first = posted(await client.approve(page));
    expect(posted(await client.approve(page)).fields).toEqual(first.fields);
  });

  it('brings a refusal the same way (§2)', async () => {
    const denied = posted(await client.deny(await client.toConsent({ ...MODE, state: STATE })));
    expect(denied.fields).toMatchObject({ error: 'access_denied', state: STATE, iss: service.issuer });
    const silent = posted(await client.authorize({ ...MODE, prompt: 'none' }));
    expect(silent.fields).toMatchObject({ error: 'consent_required', state: 'a state' });
    const wrong = posted(await client.authorize({ ...MODE, code_challenge_method: 'plain' }));
    expect(wrong.fields).toMatchObject({ error: 'invalid_request' });
    const stranger = await new OAuthTestClient(service).register();
    const page = await stranger.authorize({ ...MODE, code_challenge: undefined });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.body).not.toContain('<script');
    const { action, fields } = parseForm(page.body);
    expect([action, Object.fromEntries(fields)]).toEqual([
      stranger.redirectUri,
      expect.objectContaining({ error: 'invalid_request', iss: service.issuer }),
    ]);
  });

  it('is refused for a private-use scheme, by the query, and begins nothing', async () => {
    client.redirectUri = 'com.example.app:/callback';
    await client.register();
    const before = await service.snapshot();
    const page = await client.authorize(MODE);
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.body).toContain('com.example.app:/callback?error=invalid_request');
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(['form_post form_post', 'FORM_POST', 'form_post.jwt', 'fragment'])(
    'is not %s, which is refused by the query',
    async (mode) => {
      await client.tokens();
      const before = await grants();
      const answer = await client.authorize({ response_mode: mode });
      expect(redirectParameters(answer).get('error')).toBe('invalid_request');
      const twice = await client.authorize({ response_mode: ['form_post', 'form_post'] });
      expect(redirectParameters(twice).get('error')).toBe('invalid_request');
      expect(await grants()).toBe(before);
    },
  );

  describe.skipIf(!hasChromium)('with a real browser', () => {
    let listener: Server;
    let received: { body: string; origin: string | undefined }[];

    beforeEach(async () => {
      received = [];
      listener = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          if (request.method === 'POST') received.push({ body, origin: request.headers.origin });
          // The application is on another host than its callback.
          const { port } = listener.address() as AddressInfo;
          response.writeHead(request.method === 'POST' ? 303 : 200, {
            Location: `http://localhost:${port}/welcome`,
          });
          response.end('Welcome');
        });
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      client.redirectUri = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`;
      await client.register();
    });
    const shut = () => new Promise((resolve) => listener.close(resolve));

    it.each([
      ['by itself', true],
      ['by a button where scripts are off', false],
    ])('takes a real browser to the client %s', async (_, javaScriptEnabled) => {
      const browser = await launchChromium();
      try {
        for (const [width, colorScheme] of VIEWS) {
          const page = await (await browser.newContext({ javaScriptEnabled, colorScheme })).newPage();
          const complaints: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          await page.setViewportSize({ width, height: 844 });
          const query = new URLSearchParams(client.authorizationParameters(MODE) as Record<string, string>);
          await page.goto(`${service.issuer}/authorize?${query}`);
          await page.fill('[name=account]', 'alice');
          await page.click('button');
          await page.click('button[value=approve]');
          if (!javaScriptEnabled) {
            expect(await page.textContent('h1')).toBe('Back to your application');
            await expectToFit(page);
            if (process.env['SCREENSHOTS'])
              await page.screenshot({
                path: `${process.env['SCREENSHOTS']}/form-post-${width}-${colorScheme}.png`,
              });
            await page.click('button');
          }
          await page.waitForURL('**/welcome');
          expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
        }
        expect(received.length).toBe(VIEWS.length);
        for (const { body, origin } of received) {
          expect(new URLSearchParams(body).get('code')).toMatch(/^[\w-]{43}$/);
          expect(origin).toBe(service.origin);
        }
      } finally {
        await browser.close();
        await shut();
      }
    });
  });
});

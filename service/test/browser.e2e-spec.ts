import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '../../test/support/browser.js';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { pkce } from '../../test/support/oauth-client.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!hasChromium)('the pages in a real browser', () => {
  let service: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let client: Server;
  let redirectUri: string;

  beforeAll(async () => {
    service = await startStandalone();
    browser = await launchChromium();
    client = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>The client</h1>'),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => client.once('listening', resolve));
    redirectUri = `http://localhost:${(client.address() as AddressInfo).port}/callback`;
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
    client.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const authorizationUrl = async (scope = 'mcp:tools notes:delete') => {
    const response = await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Browser test',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
      }),
    });
    const { client_id: clientId } = (await response.json()) as { client_id: string };
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state: 's',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
    };
    return `${service.issuer}/authorize?${encode(parameters)}`;
  };
  const signIn = async () => {
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', ADMINISTRATOR.password);
    await page.click('button[type=submit]');
  };

  it('leads from the client over sign-in and consent back to the client, without JavaScript', async () => {
    await page.goto(await authorizationUrl());
    expect(await page.title()).toBe('Sign in');
    await signIn();
    expect(await page.textContent('h1')).toBe('“Browser test” wants to connect');
    await page.uncheck('[value="notes:delete"]');
    await page.click('button[value=approve]');
    expect(await page.textContent('h1')).toBe('The client');
    expect(page.url()).toContain(`${redirectUri}?code=`);
    expect(new URL(page.url()).searchParams.get('iss')).toBe(service.issuer);
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(await authorizationUrl());
    await page.locator('[name=email]:focus').waitFor();
    await page.keyboard.type(ADMINISTRATOR.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ADMINISTRATOR.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/interaction\//);
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement?.value')) === 'deny') break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/error=access_denied/);
  });

  it('goes on after a wrong password, in the same authorization', async () => {
    await page.goto(await authorizationUrl());
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', 'wrong');
    await page.click('button[type=submit]');
    expect(await page.textContent('[role=alert]')).toContain('The email or the password is wrong.');
    expect(await page.inputValue('[name=email]')).toBe(ADMINISTRATOR.email);
    await signIn();
    await page.click('button[value=approve]');
    expect(page.url()).toContain('code=');
  });

  it.each(VIEWS)(
    'fits %d pixels in %s, with a name for every field and no style refused',
    async (width, colorScheme) => {
      const refused: string[] = [];
      page.on('console', (message) => refused.push(message.text()));
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      await page.goto(await authorizationUrl());
      await expectToFit(page);
      await signIn();
      await expectToFit(page);
      await page.goto(`${service.issuer}/`);
      await expectToFit(page);
      await page.goto(`${service.issuer}/authorize?client_id=unknown`);
      await expectToFit(page);
      expect(refused.filter((text) => !text.includes('status of 400'))).toEqual([]);
    },
  );
});

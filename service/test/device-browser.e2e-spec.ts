import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { DEVICE_GRANT } from '../../test/support/device.js';
import type { Json } from '../../test/support/oauth-client.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env['DEVICE_PICTURES'];

const FORM = 'application/x-www-form-urlencoded';

describe.skipIf(!hasChromium)('the pages for devices in a real browser (RFC 8628 §3.3)', () => {
  let service: Standalone;
  let browser: Browser;
  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_DEVICE_AUTHORIZATION: 'on' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  const post = async (path: string, body: string, type: string): Promise<Json> => {
    const headers = { 'content-type': type, 'user-agent': 'report-cli/1.0 (linux; build-host-17)' };
    return (await (await fetch(service.origin + path, { method: 'POST', headers, body })).json()) as Json;
  };
  const codes = async (): Promise<Json> => {
    const metadata = {
      client_name: 'Report command line',
      redirect_uris: ['http://localhost/callback'],
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      token_endpoint_auth_method: 'none',
    };
    const { client_id: clientId } = await post('/register', JSON.stringify(metadata), 'application/json');
    const form = new URLSearchParams({ client_id: String(clientId), resource: service.mcpUrl });
    return { clientId, ...(await post('/device_authorization', form.toString(), FORM)) };
  };

  it.each(VIEWS)(
    'lead from a link to a device that may go on, at %i px in the %s',
    async (width, colorScheme) => {
      const device = await codes();
      const context = await browser.newContext({
        javaScriptEnabled: false,
        colorScheme,
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      const look = async (name: string, at: Page = page) => {
        await expectToFit(at);
        if (PICTURES)
          await at.screenshot({ path: `${PICTURES}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      };
      await page.goto(`${service.issuer}/device`);
      await page.fill('[name=user_code]', 'bcdf ghjk');
      await page.keyboard.press('Enter');
      expect(await page.textContent('[role=alert]')).toContain('not known');
      await look('wrong-code');
      await page.goto(String(device['verification_uri_complete']));
      expect(await page.inputValue('[name=user_code]')).toBe(device['user_code']);
      await look('code');
      await page.click('button[type=submit]');
      await page.fill('[name=email]', ADMINISTRATOR.email);
      await page.fill('[name=password]', ADMINISTRATOR.password);
      await page.click('button[type=submit]');
      expect(await page.textContent('h1')).toBe('“Report command line” wants to connect');
      await look('question');
      await page.click('button[value=approve]');
      expect(await page.textContent('[role=alert]')).toContain('in front of you');
      await look('question-again');
      await page.check('[name=device]');
      await page.click('button[value=approve]');
      expect(await page.textContent('h1')).toBe('Go back to your device');
      await look('allowed');
      await page.goto(`${service.issuer}/device/denied`);
      await look('denied');
      const { device_code: deviceCode, clientId } = device;
      const poll = { grant_type: DEVICE_GRANT, device_code: String(deviceCode), client_id: String(clientId) };
      expect(await post('/token', new URLSearchParams(poll).toString(), FORM)).toMatchObject({
        scope: 'mcp:tools',
      });
      await page.goto(`${service.issuer}/account`);
      expect(await page.textContent('main')).toContain('runs on a device, by its code');
      await context.close();
    },
  );
});

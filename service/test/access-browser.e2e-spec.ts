import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';

describe.skipIf(!hasChromium)('the pages about access in a real browser', () => {
  let folder: string;
  let service: Standalone;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-access-'));
    const file = join(folder, 'resources.json');
    await writeFile(
      file,
      JSON.stringify([{ identifier: SERVER, name: 'Files', scopes: { 'files:read': 'Read files' } }]),
    );
    service = await startStandalone({
      MCP_AUTH_RESOURCES: file,
      MCP_AUTH_CLIENT_POLICY: 'approval',
      // Nobody presses its button here.
      MCP_AUTH_OIDC_ISSUER: 'https://login.example.com',
      MCP_AUTH_OIDC_CLIENT_ID: 'service',
      MCP_AUTH_OIDC_CLIENT_SECRET: 'a secret of the service',
      MCP_AUTH_OIDC_NAME: 'Example Login with a name that goes on and on and on',
    });
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const authorizationUrl = async (resource: string) =>
    (await new ServiceClient(service, resource).register()).authorizationUrl('');

  it.each(VIEWS)(
    'fit %d pixels in %s: ways to sign in, no access, waiting, approval',
    async (width, colorScheme) => {
      const context = await browser.newContext({ javaScriptEnabled: false, colorScheme });
      const page = await context.newPage();
      const refused: string[] = [];
      page.on('console', (message) => refused.push(message.text()));
      await page.setViewportSize({ width, height: 844 });
      await page.goto(await authorizationUrl(SERVER));
      expect(await page.locator('form.provider').count()).toBe(1);
      await expectToFit(page);
      await page.fill('[name=email]', ADMINISTRATOR.email);
      await page.fill('[name=password]', ADMINISTRATOR.password);
      await page.click('form[action="/sign-in"] button');
      expect(await page.textContent('h1')).toBe('You do not have access');
      await expectToFit(page);
      await page.goto(await authorizationUrl(service.mcpUrl));
      expect(await page.textContent('h1')).toBe('Waiting for approval');
      await expectToFit(page);
      await page.goto(`${service.issuer}/admin/access`);
      await page.click('a.button');
      await expectToFit(page);
      await page.goto(`${service.issuer}/admin/access/applications`);
      await expectToFit(page);
      await page.locator('a.button', { hasText: 'Decide' }).first().click();
      await expectToFit(page);
      await page.click('button:has-text("Approve")');
      expect(await page.textContent('p.done')).toBe('The application is approved.');
      expect(await page.locator('text=Take back').count()).toBeGreaterThan(0);
      await expectToFit(page);
      await page.goto(`${service.issuer}/admin/access/try?email=${ADMINISTRATOR.email}`);
      await expectToFit(page);
      expect(refused).toEqual([]);
      await context.close();
    },
    60_000,
  );
});

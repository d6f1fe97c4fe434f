import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { PNG } from './support/logo.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const PAGES = [
  '/sign-in',
  '/account',
  '/admin/settings',
  '/admin/settings/sign-out?disconnect=yes',
  '/nothing',
];

describe.skipIf(!hasChromium)('the settings in a real browser', () => {
  let service: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let refused: string[];

  beforeAll(async () => {
    service = await startStandalone();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ javaScriptEnabled: true });
    page = await context.newPage();
    refused = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(`${service.issuer}/sign-in`);
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', ADMINISTRATOR.password);
    await page.click('button[type=submit]');
  });
  afterEach(() => context.close());

  it('are filled in by keyboard, and the logo is uploaded and shown, with nothing refused by the policy', async () => {
    await page.goto(`${service.issuer}/admin/settings`);
    await page.fill('[name=companyName]', `${'W'.repeat(57)}"><`);
    await page.fill('[name=colour]', '#ffee00');
    await page.fill('[name=helpUrl]', 'https://help.example.com');
    await page.fill('[name=contact]', 'mailto:it@example.com');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=status]');
    expect(await page.textContent('[role=status]')).toContain('The settings are saved.');
    await page.setInputFiles('[name=logo]', { name: 'logo.png', mimeType: 'image/png', buffer: PNG });
    await page.click('button:has-text("Upload")');
    expect(await page.textContent('[role=status]')).toBe('The logo is on every page now.');
    await page.goto(`${service.issuer}/sign-in`);
    expect(await page.evaluate(`document.querySelector('.brand img').naturalWidth`)).toBe(1);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('button')).backgroundColor`)).toBe(
      'rgb(120, 112, 0)',
    );
    expect(refused).toEqual([]);
  });

  it.each(VIEWS)(
    'fit %d pixels in %s with a hostile name, and break no rule of axe-core',
    async (width, colorScheme) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const client = await new ServiceClient(service, service.mcpUrl).register();
      for (const path of [
        ...PAGES.map((one) => service.issuer + one),
        client.authorizationUrl('mcp:tools'),
      ]) {
        await page.goto(path);
        expect(await page.locator('footer a').count()).toBe(2);
        await expectToFit(page);
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
        expect([page.url(), violations.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([
          page.url(),
          [],
        ]);
      }
    },
  );
});

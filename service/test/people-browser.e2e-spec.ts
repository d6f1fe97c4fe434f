import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { addPerson } from './support/administration.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!hasChromium)('people of the console, in a real browser', () => {
  let service: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    service = await startStandalone();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${service.issuer}/sign-in`);
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', ADMINISTRATOR.password);
    await page.click('button[type=submit]');
  });
  afterEach(() => context.close());

  it.each([390, 1280])(
    'disables a leaver in two clicks from their page, by keyboard alone, at %d pixels',
    async (width) => {
      await page.setViewportSize({ width, height: 844 });
      const id = await addPerson(service, `leaver-${width}@example.com`, 'member');
      const path = `${service.issuer}/admin/people/${id}`;
      await page.goto(path);
      await page.focus('main a:has-text("Disable")');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${path}/disable`);
      expect(await page.textContent('.ends')).toContain('They are signed in nowhere');
      await page.focus('button:has-text("Disable the account")');
      await page.keyboard.press('Enter');
      await page.waitForURL(path);
      expect(await page.textContent('[role=status]')).toContain('The account is disabled');
      expect(await page.textContent('h1')).toContain('Disabled');
    },
  );

  it.each([390, 1280])(
    'leads from an invitation to an account by keyboard alone, at %d pixels',
    async (width) => {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${service.issuer}/admin/people`);
      await page.focus('a:has-text("Invite")');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/invitations/new');
      expect(await page.evaluate('document.activeElement.name')).toBe('email');
      await page.keyboard.type(`invited-${width}@example.com`);
      await page.keyboard.press('Enter');
      const link = await page.inputValue('.copyable textarea');
      const other = await browser.newContext();
      const guest = await other.newPage();
      await guest.goto(link);
      await guest.focus('[name=name]');
      for (const text of ['Grace', '', PASSWORD, PASSWORD]) {
        await guest.keyboard.type(text);
        await guest.keyboard.press('Tab');
      }
      await guest.keyboard.press('Enter');
      await guest.waitForURL(`${service.issuer}/`);
      expect(await guest.textContent('h1')).toBe('Welcome, Grace');
      await other.close();
      await page.goto(`${service.issuer}/admin/people?search=invited-${width}`);
      expect(await page.textContent('tbody')).toContain('Grace');
    },
  );
});

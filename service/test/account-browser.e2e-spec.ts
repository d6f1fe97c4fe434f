import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const NEW = 'a brand new password';

describe.skipIf(!hasChromium)('the pages about accounts in a real browser', () => {
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
    context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    await page.goto(`${service.issuer}/sign-in`);
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', ADMINISTRATOR.password);
    await page.click('button[type=submit]');
  });
  afterEach(() => context.close());

  const invite = async (email: string) => {
    await page.goto(`${service.issuer}/admin/people/invitations/new`);
    await page.fill('[name=email]', email);
    await page.selectOption('[name=role]', 'auditor');
    await page.click('form[action="/admin/people/invitations/new"] button');
    return page.inputValue('.copyable textarea');
  };

  it('lead from an invitation to an account, a new password and the end of the other session', async () => {
    const link = await invite('grace@example.com');
    const other = await browser.newContext({ javaScriptEnabled: false });
    const guest = await other.newPage();
    await guest.goto(link);
    await guest.fill('[name=name]', 'Grace');
    await guest.fill('[name=password]', NEW);
    await guest.fill('[name=repeated]', NEW);
    await guest.click('form[action="/invitation"] button');
    expect(await guest.textContent('h1')).toBe('Welcome, Grace');
    await guest.click('nav a:has-text("Account")');
    await guest.click('a:has-text("Change the password")');
    await guest.fill('[name=current]', NEW);
    await guest.fill('[name=password]', `${NEW} again`);
    await guest.fill('[name=repeated]', `${NEW} again`);
    await guest.click('form[action="/account/password"] button');
    expect(await guest.textContent('h1')).toBe('Your password is changed');
    await guest.goto(`${service.issuer}/admin/people`);
    expect(await guest.locator('a:has-text("Invite")').count()).toBe(0);

    await page.goto(`${service.issuer}/admin/people?search=grace`);
    await page.click('tbody a');
    await page.click('a:has-text("Disable")');
    await page.click('form[action$="/disable"] button');
    expect(await page.textContent('h1')).toContain('Disabled');
    await guest.goto(`${service.issuer}/`);
    expect(await guest.title()).toBe('Sign in');
    await other.close();
  });
});

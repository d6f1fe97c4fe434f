import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { addPerson } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const HOSTILE = `"><b>${'a-very-long-name'.repeat(5)}\u202eevil`;
const PAGES = [
  '/',
  '/account',
  '/account/password',
  '/admin/people',
  '/admin/people?search=nobody-is-called-so',
  '/admin/people?role=robot',
  '/admin/people/invitations',
  '/admin/people/invitations/new',
  '/admin/clients',
  '/admin/clients?search=nobody',
  '/admin/clients?kind=robots',
  '/admin/clients/new',
  '/admin/clients/new-service-account',
  '/admin/connections',
  '/admin/connections?client=nobody',
  '/admin/connections/end?client=evil',
  '/admin/audit',
  '/admin/audit?last=1h&person=nobody',
];

describe.skipIf(!hasChromium)('the console in a real browser', () => {
  let service: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let client: ServiceClient;
  let refreshToken: string;

  beforeAll(async () => {
    service = await startStandalone();
    browser = await launchChromium();
    const person = `${'long'.repeat(15)}@example.com`;
    await addPerson(service, person, 'member');
    client = await new ServiceClient(service, service.mcpUrl).register({ client_name: HOSTILE });
    ({ refresh_token: refreshToken } = await client.tokens(person, 'mcp:tools'));
  }, 60_000);
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

  const rules = async () => {
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
    return violations.map(({ id, nodes }) => [page.url(), id, nodes.map(({ html }) => html.slice(0, 120))]);
  };

  it.each(VIEWS)(
    'fits %d pixels in %s, and breaks no rule of axe-core on any page',
    async (width, colorScheme) => {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const shown = await page.goto(`${service.issuer}/admin/clients`);
      expect(shown?.status()).toBe(200);
      const client = (await page.getAttribute('tbody a', 'href')) ?? '';
      const person = await page
        .goto(`${service.issuer}/admin/people`)
        .then(() => page.getAttribute('tbody a', 'href'));
      const below = ['', '/block', '/delete'].map((question) => client + question);
      const questions = ['', '/disable', '/delete', '/merge', '/sessions/end', '/password-link'];
      const ofPerson = questions.map((question) => (person ?? '') + question);
      for (const path of [...PAGES, ...below, ...ofPerson]) {
        await page.goto(service.issuer + path);
        await expectToFit(page);
        expect(await rules()).toEqual([]);
      }
    },
    120_000,
  );

  it('fits 320 pixels, which is 1280 at 400 %', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of PAGES) {
      await page.goto(service.issuer + path);
      await expectToFit(page);
    }
  });

  it('has its pages in a menu on a phone, which opens with the keyboard, and skips to the content', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${service.issuer}/admin/people`);
    expect(await page.isVisible('nav a')).toBe(false);
    await page.keyboard.press('Tab');
    expect(await page.textContent(':focus')).toContain('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.focus('.menu > summary');
    await page.keyboard.press('Enter');
    await page.click('nav a:has-text("Connections")');
    expect(await page.textContent('h1')).toBe('Connections');
  });

  it('copies an address with one press, and says so', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.issuer });
    await page.goto(`${service.issuer}/`);
    await page.focus('.copyable button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.copyable [role=status]:has-text("Copied")');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(service.mcpUrl);
  });

  it('offers nothing to press where no script runs, and the text in a field', async () => {
    const still = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const shown = await still.newPage();
    await shown.goto(`${service.issuer}/`);
    expect(await shown.inputValue('.copyable textarea >> nth=0')).toBe(service.mcpUrl);
    expect(await shown.isVisible('.copyable button')).toBe(false);
    await still.close();
  });

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

  it.each([390, 1280])(
    'cuts off an application for everybody in two clicks, by keyboard, at %d pixels',
    async (width) => {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${service.issuer}/admin/clients?kind=registered`);
      const path = (await page.getAttribute('tbody a', 'href')) ?? '';
      await page.goto(service.issuer + path);
      if ((await page.locator('h1 .tag').count()) === 0) {
        await page.focus('a:has-text("Block")');
        await page.keyboard.press('Enter');
        await page.focus('button:has-text("Block it for everybody")');
        await page.keyboard.press('Enter');
        await page.waitForURL(service.issuer + path);
        expect(await page.textContent('[role=status]')).toContain('The application is blocked');
        expect((await client.refresh(refreshToken)).status).not.toBe(200);
      }
      await page.click('button:has-text("Unblock")');
      expect(await page.textContent('[role=status]')).toContain('may ask again');
    },
  );
});

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpResources, McpSigningKeys } from 'nestjs-mcp-auth';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { eventually } from '../../test/support/eventually.js';
import { AccessRuleRow } from '../src/policy/entities/access-rule.entity.js';
import { ClientDecision } from '../src/policy/entities/client-decision.entity.js';
import { ServicePolicy } from '../src/policy/service-policy.js';
import { Keyboard } from './support/keyboard.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const SERVERS = 12;
/** What changes little by little, or by itself. */
const MOVING = `[...document.querySelectorAll('*')].filter((element) => {
  const { transitionDuration, animationName } = getComputedStyle(element);
  return parseFloat(transitionDuration) > 0 || animationName !== 'none';
}).map(({ tagName }) => tagName)`;
const APPROVED = 'https://approved.example/';

describe.skipIf(!hasChromium)('with a keyboard alone', () => {
  let service: Standalone;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let keyboard: Keyboard;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    browser = await launchChromium();
    for (let made = 1; made < SERVERS; made++)
      await service.application
        .get(McpResources)
        .save({ identifier: `https://server${made}.example.com/mcp`, name: `Server ${made}`, scopes: {} });
    const decision = { kind: APPROVED, isClient: false, userId: '', outcome: 'approved' as const };
    const decidedAt = new Date(service.clock.now());
    await service.dataSource
      .getRepository(ClientDecision)
      .insert({ ...decision, decidedAt, decidedBy: 'test' });
    await service.application.get(ServicePolicy, { strict: false }).reload();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    keyboard = new Keyboard(page);
    await page.goto(`${service.issuer}/sign-in`);
    await signIn();
  });
  afterEach(() => context.close());

  const signIn = async () => {
    await keyboard.fill('[name=email]', ADMINISTRATOR.email);
    await keyboard.fill('[name=password]', PASSWORD);
    await keyboard.press('form[action="/sign-in"] button');
  };
  const open = async (path: string) => {
    await page.goto(service.issuer + path);
    keyboard.presses = 0;
  };
  const done = () => page.textContent('p.done');

  it('people sign in, agree and are back at their client', async () => {
    await context.clearCookies();
    const client = await new ServiceClient(service, service.mcpUrl, `${APPROVED}callback`).register();
    let back = '';
    await page.route(`${APPROVED}**`, (route) => {
      back = route.request().url();
      return route.fulfill({ body: 'The client' });
    });
    await page.goto(client.authorizationUrl('mcp:tools'));
    await signIn();
    await keyboard.press('button[value=approve]');
    await page.waitForURL(`${APPROVED}**`);
    expect(new URL(back).searchParams.has('code')).toBe(true);
  });

  it.each(['light', 'dark'] as const)(
    'the first Tab leads past the navigation in the %s scheme, and nothing moves for who wants it so (WCAG 2.2 §2.4.1, §2.3.3)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open('/admin/people');
      await page.keyboard.press('Tab');
      const skip = page.locator('.skip:focus-visible');
      expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.locator('main :focus-visible').count()).toBe(1);
      expect(await page.evaluate(MOVING)).toEqual([]);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      expect(await page.evaluate(MOVING)).not.toEqual([]);
    },
  );

  it('a group gets 12 servers in one form', async () => {
    await open('/admin/access');
    await keyboard.press('a:has-text("Add a rule")');
    await keyboard.fill('[name=name]', 'Sales');
    await keyboard.fill('[name=groups]', 'sales');
    for (let box = 0; box < SERVERS; box++) await keyboard.tick(`[name=server] >> nth=${box}`);
    await keyboard.press('main form button[type=submit]');
    // A group that nobody has is asked about once more.
    if ((await page.locator('p.done').count()) === 0) await keyboard.press('main form button[type=submit]');
    const rules = await service.dataSource.getRepository(AccessRuleRow).findBy({ name: 'Sales' });
    expect(new Set(rules.map(({ resource }) => resource)).size).toBe(SERVERS);
  });

  it.each([390, 1280])(
    'an application is cut off for everybody in two presses, at %d pixels',
    async (width) => {
      const client = await new ServiceClient(service, service.mcpUrl, `${APPROVED}callback`).register();
      const { refresh_token: refreshToken } = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${service.issuer}/admin/clients?search=${client.clientId}`);
      await open((await page.getAttribute('tbody a', 'href')) ?? '');
      await keyboard.press('a:has-text("Block")');
      await keyboard.press('button:has-text("Block it for everybody")');
      expect([keyboard.presses, await done()]).toEqual([
        2,
        expect.stringContaining('The application is blocked'),
      ]);
      expect((await client.refresh(refreshToken)).status).not.toBe(200);
      await keyboard.press('button:has-text("Unblock")');
      expect(await done()).toContain('may ask again');
    },
  );

  it('who may use a server is one press away', async () => {
    await open(`/admin/servers/server?${new URLSearchParams({ server: service.mcpUrl }).toString()}`);
    await keyboard.press('main a:has-text("Who may use it")');
    expect([keyboard.presses, new URL(page.url()).searchParams.get('server')]).toEqual([1, service.mcpUrl]);
    expect(await page.locator('main table tbody tr').count()).toBeGreaterThan(0);
  });

  it('a kind of application that waits is approved', async () => {
    const client = await new ServiceClient(
      service,
      service.mcpUrl,
      'https://waits.example/callback',
    ).register();
    await client.authorize(ADMINISTRATOR.email, 'mcp:tools');
    await open('/admin/access/applications');
    await keyboard.press('main a:has-text("Decide")');
    await keyboard.press('button[value=approved]');
    expect(await done()).toContain('approved');
    await eventually(async () =>
      (await client.authorize(ADMINISTRATOR.email, 'mcp:tools')).body.includes('value="approve"'),
    );
  });

  it('a server is added and checked', async () => {
    await open('/admin/servers');
    await keyboard.press('main a:has-text("Add")');
    await keyboard.fill('[name=identifier]', 'https://new.example.com/mcp');
    await keyboard.fill('[name=name]', 'New');
    await keyboard.press('main form button[type=submit]');
    expect(service.application.get(McpResources).find('https://new.example.com/mcp')?.name).toBe('New');
    await page.goto(
      `${service.issuer}/admin/servers/server?${new URLSearchParams({ server: service.mcpUrl }).toString()}`,
    );
    await keyboard.press('form[action="/admin/servers/check"] button');
    expect(await page.locator('main h2').allTextContents()).toContainEqual(
      expect.stringMatching(/check|see/i),
    );
  });

  it('a signing key is rotated', async () => {
    const kids = () =>
      service.application
        .get(McpSigningKeys)
        .list()
        .map(({ kid }) => kid);
    const before = kids();
    await open('/admin/keys');
    await keyboard.press('form[action$="/rotate"] button');
    expect(await done()).not.toBeNull();
    expect(kids().length).toBeGreaterThan(before.length);
  });

  it('an address is copied, and the page says so', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.issuer });
    await open('/');
    await keyboard.toggle('.copyable button');
    await page.waitForSelector('.copyable [role=status]:has-text("Copied")');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(service.mcpUrl);
  });

  it('where no script runs there is nothing to press, and the text is taken from its field', async () => {
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

  it('the first Tab leads past the navigation, which is a menu on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open('/admin/people');
    expect(await page.isVisible('nav a')).toBe(false);
    await page.keyboard.press('Tab');
    expect(await page.textContent(':focus')).toContain('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.reload();
    await keyboard.toggle('.menu > summary');
    await keyboard.press('nav a:has-text("Connections")');
    expect(await page.textContent('h1')).toBe('Connections');
  });

  it('the page that one is on is marked where colours are forced, too', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await open('/admin/people');
    const outline = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(await outline('nav a[aria-current]')).toBe('solid');
    expect(await outline('nav a:not([aria-current]) >> nth=0')).toBe('none');
  });
});

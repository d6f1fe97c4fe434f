import { DiscoveryService } from '@nestjs/core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { VIEWS } from '../../test/support/page-fit.js';
import { declaredRoutes } from './support/declared-routes.js';
import { addressOf, fill } from './support/many-things.js';
import { CLIENT_SECRET, LyingProvider } from './support/lying-provider.js';
import { partners } from './support/federated-person.js';
import { crawl } from './support/page-crawl.js';
import { expectNoRuleBroken } from './support/page-rules.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const [PHONE_LIGHT, PHONE_DARK, DESK_LIGHT, DESK_DARK] = VIEWS;
/** What is no page. */
const NO_PAGES = [
  '/health/live',
  '/health/ready',
  '/metrics',
  '/mcp',
  '/admin/mcp',
  '/admin/api/v1/openapi.json',
  '/admin/audit/export',
  '/logo/:hash',
  '/sign-in/:provider/callback',
];
/** To which no page for people who are signed in leads. */
const BY_LINK = [
  '/sign-in',
  '/setup',
  '/invitation',
  '/password',
  '/password/set',
  '/account/password/changed',
];

describe.skipIf(!hasChromium)('every page in a real browser', () => {
  let service: Standalone;
  let provider: LyingProvider;
  let folder: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let routes: string[];
  const shown = new Map<string, string[]>();
  const said: string[] = [];

  beforeAll(async () => {
    provider = await LyingProvider.start();
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-pages-'));
    const file = join(folder, 'policy.yaml');
    await writeFile(file, `providers:\n${partners(provider, '    domains: [partners.example]\n')}`);
    service = await startStandalone({
      MCP_AUTH_POLICY_FILE: file,
      PARTNERS_SECRET: CLIENT_SECRET,
      MCP_AUTH_CLIENT_POLICY: 'approval',
      // Nobody is there, and nobody presses its button here.
      MCP_AUTH_OIDC_ISSUER: 'https://login.example.com',
      MCP_AUTH_OIDC_CLIENT_ID: 'service',
      MCP_AUTH_OIDC_CLIENT_SECRET: 'a secret of the service',
      MCP_AUTH_OIDC_NAME: 'Example Login with a name that goes on and on and on',
    });
    browser = await launchChromium();
    const controllers = service.application.get(DiscoveryService).getControllers();
    routes = Object.entries(declaredRoutes(controllers.map(({ metatype }) => metatype)))
      .filter(([route, audience]) => route.startsWith('GET ') && !audience.startsWith('token '))
      .map(([route]) => route.replace('GET ', ''))
      .filter((path) => !NO_PAGES.includes(path));
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
    provider.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    page.on('console', (message) => said.push(message.text()));
    await page.goto(`${service.issuer}/sign-in`);
    await signIn();
  });
  afterEach(async () => {
    await context.close();
    // A style or script that the policy of a page refuses.
    expect(said.splice(0).filter((text) => /Content Security Policy/i.test(text))).toEqual([]);
  });

  const signIn = async (password = ADMINISTRATOR.password) => {
    await page.fill('[name=email]', ADMINISTRATOR.email);
    await page.fill('[name=password]', password);
    await page.click('form[action="/sign-in"] button');
  };
  const look = () => expectNoRuleBroken(page, [PHONE_LIGHT, DESK_DARK]);

  it('breaks no rule while there is nothing to show, and one of two identity providers is away', async () => {
    await page.goto(`${service.issuer}/admin/providers`);
    await page.click('form[action$="/providers/check"] button');
    expect(await page.locator('main dl .tag').allTextContents()).toEqual(['Not well', 'Well']);
    const lookOtherwise = () => expectNoRuleBroken(page, [PHONE_DARK, DESK_LIGHT]);
    await crawl(page, [`${service.issuer}/`], routes, NO_PAGES, lookOtherwise);
  }, 300_000);

  it('breaks no rule with 200 rows in each list, whichever page it is', async () => {
    const behind = await fill(service);
    const starts = [...behind, '/'].map((path) => service.issuer + path);
    for (const [route, addresses] of await crawl(page, starts, routes, NO_PAGES, look))
      shown.set(route, addresses);
    expect([...shown.keys(), ...BY_LINK].toSorted()).toEqual(routes.toSorted());
  }, 600_000);

  it('breaks no rule where a form that was left empty says what is wrong', async () => {
    const refused: string[] = [];
    for (const [address = ''] of shown.values()) {
      await page.goto(address);
      const forms = await page.evaluate<number>(`${EMPTIED}.length`);
      for (let form = 0; form < forms; form++) {
        await page.goto(address);
        await Promise.all([page.waitForEvent('load'), page.evaluate(`${EMPTIED}[${form}].submit()`)]);
        if ((await page.locator('[role=alert]').count()) > 0) refused.push(new URL(address).pathname);
        await look();
      }
    }
    expect(refused.length).toBeGreaterThan(4);
  }, 300_000);

  it('breaks no rule where a secret or a link is shown once', async () => {
    const { issuer } = service;
    const [application, server] = ['/admin/clients/:id/secret', '/admin/servers/credentials'].map(
      (route) => shown.get(route)?.[0] ?? '',
    );
    const once: [string, () => Promise<void>][] = [
      [application ?? '', () => page.click('main form button')],
      [server ?? '', () => page.click('main form button >> nth=-1')],
      [
        `${issuer}/admin/clients/new`,
        async () => {
          await page.fill('[name=name]', 'An application');
          await page.fill('[name=redirectUris]', 'https://new.example.com/callback');
          await page.check('[name=confidential]');
          await page.click('main form button');
        },
      ],
    ];
    for (const [address, press] of once) {
      await page.goto(address);
      await press();
      expect(await page.locator('.copyable').count()).toBeGreaterThan(1);
      await look();
    }
    const links: [string, () => Promise<void>][] = [
      [`${issuer}/admin/people/invitations/new`, () => invite('new@example.com')],
      [
        shown.get('/admin/people/:id/password-link')?.[0] ?? '',
        () => page.click('form[action$="/password-link"] button'),
      ],
    ];
    const guest = await (await browser.newContext()).newPage();
    for (const [address, press] of links) {
      await page.goto(address);
      await press();
      await look();
      await guest.goto(await page.inputValue('.copyable textarea'));
      await expectNoRuleBroken(guest, [PHONE_LIGHT, DESK_DARK]);
    }
    await guest.context().close();
  });

  it('breaks no rule for those who are not signed in, or asked for something else', async () => {
    await look();
    for (const path of [
      '/nothing',
      '/setup?token=x',
      '/invitation?token=x',
      '/password?token=x',
      '/password/set',
    ]) {
      await page.goto(service.issuer + path);
      await look();
    }
    const urlOf = async (redirectUri: string, resource = service.mcpUrl) =>
      (await new ServiceClient(service, resource, redirectUri).register()).authorizationUrl('');
    const [waiting, approved] = ['https://new.example.com/a', 'https://decided2.example.com/a'];
    for (const [address, heading] of [
      [await urlOf(approved, addressOf(1)), 'You do not have access'],
      [await urlOf(waiting), 'Waiting for approval'],
      [await urlOf(approved), 'A client'],
      [`${service.issuer}/authorize?client_id=unknown`, ''],
    ] as const) {
      await page.goto(address);
      expect(await page.textContent('h1')).toContain(heading);
      await look();
    }
    await context.clearCookies();
    await page.goto(await urlOf(waiting));
    await look();
    await signIn('wrong');
    expect(await page.textContent('[role=alert]')).toContain('wrong');
    await look();
  });

  const invite = async (email: string) => {
    await page.fill('[name=email]', email);
    await page.click('form[action="/admin/people/invitations/new"] button');
  };
});

/** The forms with something to fill in, all of it taken out. */
const EMPTIED = `[...document.querySelectorAll('main form[method=post]')].filter((form) => {
  const fields = [...form.elements].filter(({ name, type, readOnly }) => name && !readOnly && /text|email|password/.test(type));
  for (const field of fields) field.value = '';
  return fields.length > 0;
})`;

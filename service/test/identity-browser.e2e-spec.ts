import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../test/support/chromium.js';
import { expectToFit, VIEWS } from '../../test/support/page-fit.js';
import { newsPage } from '../src/sign-in/pages/news.page.js';
import { startFederatedService } from './support/federated-person.js';
import { ADMINISTRATOR, PASSWORD } from './support/standalone.js';

const EVE = 'eve@example.com';

describe.skipIf(!hasChromium)('the pages about identities in a real browser', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let browser: Browser;
  let member: string;

  beforeAll(async () => {
    federated = await startFederatedService();
    browser = await launchChromium();
    const { service, provider, other } = federated;
    member = await service.addMember(EVE, []);
    for (const { issuer } of [provider, other])
      await service.dataSource.query(
        `INSERT INTO mcp_auth.account (id, "userId", "providerId", "accountId") VALUES (gen_random_uuid(), $1, $2, $3)`,
        [member, issuer, 'auth0|' + 'long'.repeat(30)],
      );
    await service.dataSource.query(`UPDATE mcp_auth.identity SET groups = $1, "groupsReadAt" = now()`, [
      ['engineering', 'CN=finance,OU=groups,DC=example,DC=com'],
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await federated.close();
  });

  it.each(VIEWS)('fit, at %d px in %s', async (width, colorScheme) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      colorScheme,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    const { issuer } = federated.service;
    const look = async (name: string) => {
      const folder = process.env['SCREENSHOTS'];
      if (folder !== undefined)
        await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      await expectToFit(page);
    };
    const signIn = async (email: string) => {
      await context.clearCookies();
      await page.goto(`${issuer}/sign-in`);
      await page.fill('[name=email]', email);
      await page.fill('[name=password]', PASSWORD);
      await page.click('form[action="/sign-in"] button[type=submit]');
    };
    await signIn(EVE);
    await page.goto(`${issuer}/account`);
    expect(await page.textContent('h2')).toBe('Identities at providers');
    await look('account');
    await signIn(ADMINISTRATOR.email);
    await page.goto(`${issuer}/admin/people/${member}`);
    for (const summary of await page.locator('main summary').all()) await summary.click();
    await look('person');
    await page.goto(`${issuer}/admin/access/rules/new`);
    expect(await page.locator('textarea[name=groups]').boundingBox()).not.toBeNull();
    await look('access');
    await page.setContent(newsPage({ csrf: 'x', news: `There was an account for ${EVE} here already.` }));
    await look('news');
    await context.close();
  });
});

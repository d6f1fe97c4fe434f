import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { parseForm } from '../../test/support/html-form.js';
import { FederatedPerson, GRACE, providerForm, startFederatedService } from './support/federated-person.js';
import { ADMINISTRATOR, fillSignIn, type Standalone } from './support/standalone.js';

describe('the way to a page, for somebody who is not signed in,', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let service: Standalone;

  beforeAll(async () => {
    federated = await startFederatedService();
    ({ service } = federated);
  });
  afterAll(() => federated.close());
  const signIn = (
    browser: Browser,
    page: Awaited<ReturnType<Browser['get']>>,
    password = ADMINISTRATOR.password,
  ) => fillSignIn(browser, page, ADMINISTRATOR.email, password);

  it.each(['/account/password', '/admin/people?search=a%20b', '/admin/audit', '/admin/audit/export'])(
    'leads through sign-in back to %s',
    async (path) => {
      const browser = new Browser();
      const away = await browser.get(`${service.issuer}${path}`);
      expect([away.status, away.headers.get('location')]).toEqual([
        303,
        `/sign-in?${new URLSearchParams({ page: path }).toString()}`,
      ]);
      const page = await browser.follow(away, service.issuer);
      const refused = await signIn(browser, page, 'a wrong password');
      const answer = await signIn(browser, refused);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
      expect((await browser.follow(answer, service.issuer)).status).toBe(200);
    },
  );

  it('leads through an identity provider too', async () => {
    const person = new FederatedPerson(service, federated.provider);
    const page = await person.browser.get(`${service.issuer}/sign-in?page=%2Faccount`);
    expect(parseForm(providerForm(page)).fields).toContainEqual(['page', '/account']);
    const authorization = await person.leave(page);
    federated.provider.say(authorization, GRACE);
    const answer = await person.comeBack(authorization);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
  });

  it.each([
    'https://evil.example/account',
    '//evil.example/account',
    '/\\evil.example/account',
    '/\t/evil.example/account',
    '/account/..//evil.example',
    '/.//evil.example',
    'account',
    'javascript:alert(1)',
    '/authorize?client_id=x',
    '/sign-out',
    '/accounts',
    `/account?${'x'.repeat(2_000)}`,
  ])('leads to no other place: %j (RFC 9700 §4.11.1)', async (page) => {
    const browser = new Browser();
    const form = await browser.get(`${service.issuer}/sign-in?${new URLSearchParams({ page }).toString()}`);
    expect(form.body).not.toContain('name="page"');
    const { csrf } = Object.fromEntries(parseForm(form.body).fields) as { csrf: string };
    const answer = await browser.post(`${service.issuer}/sign-in`, { csrf, ...ADMINISTRATOR, page });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });

  it('ends at a form that was sent, which names where to sign in', async () => {
    const browser = new Browser();
    const form = await browser.get(`${service.issuer}/sign-in`);
    const { csrf } = Object.fromEntries(parseForm(form.body).fields) as { csrf: string };
    const answer = await browser.request(`${service.issuer}/account/sessions/end-others`, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrf }).toString(),
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<a class="button" href="/sign-in">Sign in</a>');
  });

  it('does not begin with a name and a password in an address', async () => {
    const browser = new Browser();
    const form = await browser.get(`${service.issuer}/sign-in`);
    const { csrf } = Object.fromEntries(parseForm(form.body).fields) as { csrf: string };
    const query = new URLSearchParams(ADMINISTRATOR).toString();
    for (const fields of [
      { csrf },
      { csrf, email: ADMINISTRATOR.email },
      { csrf, password: ADMINISTRATOR.password },
    ]) {
      const answer = await browser.post(`${service.issuer}/sign-in?${query}`, fields);
      expect(answer.status).toBe(401);
    }
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
    expect((await browser.post(`${service.issuer}/sign-in?csrf=${csrf}`, { ...ADMINISTRATOR })).status).toBe(
      403,
    );
  });
});

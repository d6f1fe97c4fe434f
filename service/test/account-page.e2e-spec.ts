import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { fillSignIn, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const EMAIL = 'eve@example.com';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('the page of one’s account', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, EMAIL, 'member');
    await addPerson(service, 'other@example.com', 'member');
  });
  afterAll(() => service.close());

  /** Another browser, which says that it is this one. */
  const browserOf = async (userAgent: string) => {
    const browser = new Browser();
    const plain = browser.request.bind(browser);
    browser.request = (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set('user-agent', userAgent);
      return plain(url, { ...init, headers });
    };
    await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), EMAIL, PASSWORD);
    return browser;
  };
  const account = (browser: Browser) => browser.get(`${service.issuer}/account`);
  const isSignedIn = async (browser: Browser) => (await account(browser)).status === 200;
  const idOf = ({ body }: { body: string }) => /name="id" value="([^"]+)"/.exec(body)?.[1] ?? '';

  it('is for people who are signed in', async () => {
    const answer = await account(new Browser());
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?page=%2Faccount']);
    for (const action of ['end', 'end-others'])
      expect((await press(service, new Browser(), `/account/sessions/${action}`)).status).toBe(403);
  });

  it('shows where one is signed in, and ends one, or all others', async () => {
    const [here, firefox, odd] = [
      await signedIn(service, EMAIL),
      await browserOf(FIREFOX),
      await browserOf('<script>alert(1)</script>'),
    ];
    const { body } = await account(here);
    for (const words of ['This browser', 'Firefox on Windows', '127.0.0.1', 'An unknown browser'])
      expect(body).toContain(words);
    expect(body).not.toContain('<script>');
    expect(body.match(/This browser/g)).toHaveLength(1);

    const third = await browserOf(FIREFOX);
    const shown = await account(here);
    const answer = await here.send(shown, '/account/sessions/end');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
    const left = await Promise.all([here, firefox, odd, third].map(isSignedIn));
    expect(left.filter(Boolean)).toHaveLength(3);
    expect(left[0]).toBe(true);
    await here.send(await account(here), '/account/sessions/end-others');
    expect(await Promise.all([here, firefox, odd, third].map(isSignedIn))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const events = (await auditEvents(service)).filter(({ action }) => action === 'session.end');
    expect(events.map(({ detail }) => detail)).toEqual([{ sessionId: idOf(shown) }, { sessions: 2 }]);
  });

  it('ends nobody else’s sessions', async () => {
    const [mine, second, other] = [
      await signedIn(service, EMAIL),
      await signedIn(service, EMAIL),
      await signedIn(service, 'other@example.com'),
    ];
    const id = idOf(await account(mine));
    for (const wrong of [id, 'x', '', '\0'])
      expect((await press(service, other, '/account/sessions/end', { id: wrong })).status).toBe(303);
    expect((await press(service, mine, '/account/sessions/end', { id, csrf: 'forged' })).status).toBe(403);
    expect(await Promise.all([mine, second, other].map(isSignedIn))).toEqual([true, true, true]);
  });

  it('has the same navigation as every page, with more of it for auditors and administrators', async () => {
    const links = ({ body }: { body: string }) =>
      [...(/<nav[^]*<\/nav>/.exec(body)?.[0] ?? '').matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
    expect(links(await account(await signedIn(service, EMAIL)))).toEqual(['/', '/account']);
    const ada = await signedIn(service);
    const all = [
      '/',
      '/account',
      '/admin',
      '/admin/people',
      '/admin/clients',
      '/admin/servers',
      '/admin/connections',
      '/admin/access',
      '/admin/access/applications',
      '/admin/access/try',
      '/admin/audit',
      '/admin/keys',
      '/admin/providers',
      '/admin/settings',
    ];
    for (const path of ['/', '/account', '/account/password', '/admin/people', '/admin/access'])
      expect(links(await ada.get(`${service.issuer}${path}`))).toEqual(all);
  });
});

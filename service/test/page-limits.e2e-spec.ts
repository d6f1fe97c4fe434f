import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type BrowserResponse } from '../../test/support/browser.js';
import { addPerson, press, shownLink, signedIn } from './support/administration.js';
import { auditEvents, auditFlushed } from './support/audit.js';
import { startFederatedService } from './support/federated-person.js';
import { PASSWORD, type Standalone } from './support/standalone.js';

const METRICS = 'm'.repeat(32);
const NEW = 'a brand new password';
const FORM = { name: 'Grace', password: NEW, repeated: NEW };
const WEAK = { ...FORM, password: 'short', repeated: 'short' };
const MEMBER = 'member@example.com';

describe('people behind one address', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let service: Standalone;
  let ada: Browser;
  let member: Browser;
  let number = 0;

  beforeAll(async () => {
    federated = await startFederatedService({
      MCP_AUTH_RATE_LIMIT: 'on',
      MCP_AUTH_TRUST_PROXY: 'loopback',
      MCP_AUTH_METRICS_TOKEN: METRICS,
    });
    ({ service } = federated);
    await addPerson(service, MEMBER, 'member');
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await service.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
    ada = await signedIn(service);
    member = await signedIn(service, MEMBER);
  });

  const at = (path: string) => `${service.issuer}${path}`;
  const load = (path: string, browser = new Browser(), headers: Record<string, string> = {}) =>
    browser.request(at(path), { headers: { accept: 'text/html', ...headers } });
  /** Fails as often as is allowed, and until the answer says so. */
  const flood = async (fail: () => Promise<BrowserResponse>) => {
    let last = await fail();
    for (let round = 0; round < 100 && last.status !== 429; round += 1)
      for (const answer of await Promise.all(Array.from({ length: 10 }, fail))) last = answer;
    return last;
  };
  /** Sends a form again and again, from a browser that has looked at a page once. */
  const sender = (action: string, values: Record<string, string>) => {
    const browser = new Browser();
    const csrf = browser
      .get(at('/sign-in'))
      .then(({ body }) => /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '');
    return async (more: Record<string, string> = {}) =>
      browser.post(at(action), { csrf: await csrf, ...values, ...more });
  };
  const invitation = async () => {
    const email = `guest-${(number += 1)}@example.com`;
    return shownLink(await press(service, ada, '/admin/people/invitations/new', { email, role: 'member' }));
  };
  const passwordLink = async () => {
    const id = await addPerson(service, `forgetful-${(number += 1)}@example.com`, 'member');
    return shownLink(await press(service, ada, `/admin/people/${id}/password-link`));
  };
  const filled = async (link: string, action: string, values: Record<string, string>) => {
    const browser = new Browser();
    return browser.send(await browser.get(link), action, values);
  };
  const statusOf = async (answer: Promise<BrowserResponse>) => (await answer).status;

  interface Page {
    guess: () => Promise<BrowserResponse>;
    /** What somebody does who has what the page asks for, with the status of its answer. */
    right: [string, () => Promise<number>, number][];
  }
  const notThere = (): Page => {
    throw new Error('There is no such page.');
  };
  const pages: Record<string, () => Page> = {
    'GET /invitation': () => ({
      guess: () => load('/invitation?token=x'),
      right: [
        [
          'opens an invitation',
          async () => statusOf(load((await invitation()).slice(service.issuer.length))),
          200,
        ],
      ],
    }),
    'POST /invitation': () => ({
      guess: sender('/invitation', { token: 'x', ...FORM }),
      right: [
        ['takes a weak password', async () => statusOf(filled(await invitation(), '/invitation', WEAK)), 400],
        ['accepts an invitation', async () => statusOf(filled(await invitation(), '/invitation', FORM)), 303],
      ],
    }),
    'GET /password': () => ({
      guess: () => load('/password?token=x'),
      right: [
        [
          'opens a link',
          async () => statusOf(load((await passwordLink()).slice(service.issuer.length))),
          200,
        ],
      ],
    }),
    'POST /password': () => ({
      guess: sender('/password', { token: 'x', ...FORM }),
      right: [
        ['takes a weak password', async () => statusOf(filled(await passwordLink(), '/password', WEAK)), 400],
        ['sets a password', async () => statusOf(filled(await passwordLink(), '/password', FORM)), 303],
      ],
    }),
    'GET /metrics': () => ({
      guess: () => load('/metrics', new Browser(), { authorization: 'Bearer wrong' }),
      right: [
        [
          'shows its token',
          () => statusOf(load('/metrics', new Browser(), { authorization: `Bearer ${METRICS}` })),
          200,
        ],
      ],
    }),
    'GET /admin/people': () => ({
      guess: () => load('/admin/people', member),
      right: [
        ['is an administrator', () => statusOf(load('/admin/people', ada)), 200],
        ['is led to sign in', () => statusOf(load('/admin/people')), 303],
      ],
    }),
    'POST /account/sessions/end': () => ({
      guess: sender('/account/sessions/end', { id: 'x' }),
      right: [
        [
          'signs out everywhere else',
          () => statusOf(press(service, member, '/account/sessions/end-others')),
          303,
        ],
      ],
    }),
    'POST /sign-in (SSO)': () => ({
      guess: () => load('/sign-in/sso/callback?state=x&code=x'),
      right: [
        ['comes by single sign-on', () => statusOf(press(service, new Browser(), '/sign-in/sso')), 303],
      ],
    }),
  };

  it.each(Object.keys(pages))(
    'get what they have a right to at %s, whatever others have failed at there',
    async (name) => {
      const { guess, right } = (pages[name] ?? notThere)();
      const refused = await flood(guess);
      const isRaw = name === 'GET /metrics';
      expect(refused.status).toBe(isRaw ? 401 : 429);
      if (!isRaw) {
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(refused.body).toContain(
          refused.headers.get('content-type')?.includes('html') ? 'too often' : 'too_many',
        );
      }
      for (const [what, act, status] of right) expect([what, await act()]).toEqual([what, status]);
    },
  );

  it('sign in in browsers that know them and change their passwords, whoever guesses there, who is slowed', async () => {
    const known = await signedIn(service, MEMBER);
    const signIn = (browser: Browser, email: string, password: string) =>
      press(service, browser, '/sign-in', { email, password });
    const stranger = sender('/sign-in', { password: 'a guess' });
    const guess = () => stranger({ email: `nobody-${(number += 1)}@example.com` });
    expect((await flood(guess)).status).toBe(429);
    const forms = { current: PASSWORD, password: NEW, repeated: NEW };
    expect((await press(service, known, '/account/password', forms)).status).toBe(303);
    await press(service, known, '/sign-out');
    expect((await signIn(known, MEMBER, NEW)).status).toBe(303);
    expect((await signIn(new Browser(), MEMBER, NEW)).status).toBe(429);
    // And whoever sits at a browser that is signed in guesses no faster.
    const own = () =>
      press(service, known, '/account/password', {
        ...forms,
        current: 'a guess',
        password: `${NEW}!`,
        repeated: `${NEW}!`,
      });
    const tries = [];
    for (let round = 0; round < 12; round += 1) tries.push((await own()).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    await service.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
    expect(
      (
        await press(service, known, '/account/password', {
          current: NEW,
          password: PASSWORD,
          repeated: PASSWORD,
        })
      ).status,
    ).toBe(303);
  });

  it('are challenged by the MCP server for as long as they have no token, and served as soon as they have (RFC 6750 §3)', async () => {
    for (let round = 0; round < 33; round += 1)
      await Promise.all(
        Array.from({ length: 10 }, () => load('/mcp', new Browser(), { authorization: 'Bearer x' })),
      );
    const newcomer = await load('/mcp');
    expect([newcomer.status, newcomer.headers.has('www-authenticate')]).toEqual([401, true]);
  });

  it('write no more into the audit than the limit lets them', async () => {
    const guess = () =>
      load('/sign-in/sso/callback?state=x&code=x', new Browser(), { 'x-forwarded-for': '203.0.113.9' });
    expect((await flood(guess)).status).toBe(429);
    const written = async () => {
      await auditFlushed(service);
      return (await auditEvents(service)).length;
    };
    const before = await written();
    const answers = await Promise.all(Array.from({ length: 100 }, guess));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]));
    expect(await written()).toBe(before);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

describe('signing in to the service', () => {
  let service: Standalone;
  let browser: Browser;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_RATE_LIMIT: 'on' });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    browser = new Browser();
    await service.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
  });

  const signIn = async (email = ADMINISTRATOR.email, password = ADMINISTRATOR.password) =>
    fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), email, password);
  const isSignedIn = async (who = browser) => (await who.get(`${service.issuer}/`)).status === 200;

  it('lets a person in with the right password, whatever the case of the email', async () => {
    expect(await isSignedIn()).toBe(false);
    const answer = await signIn(' ADA@Example.com ');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect((await browser.get(`${service.issuer}/`)).body).toContain('Welcome, <bdi>Ada</bdi>');
  });

  it('answers an unknown account and a wrong password alike, in the same time', async () => {
    const time = async (email: string) => {
      const started = performance.now();
      const { status, body } = await signIn(email, 'wrong password');
      return { status, body: body.replaceAll(/value="[^"]*"/g, ''), took: performance.now() - started };
    };
    const rounds = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 6; round++) {
      const known = await time(ADMINISTRATOR.email);
      const unknown = await time('nobody@example.com');
      expect(unknown).toMatchObject({ status: known.status, body: known.body });
      rounds.known.push(known.took);
      rounds.unknown.push(unknown.took);
    }
    // What else the machine does makes it longer, and never shorter.
    const shortest = Object.values(rounds).map((each) => Math.min(...each));
    expect(Math.max(...shortest)).toBeLessThan(Math.min(...shortest) * 2);
  });

  it('slows down guessing, says for how long, and leaves the owner at another address alone', async () => {
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await signIn(undefined, `guess ${attempt}`)).status).toBe(401);
    const slowed = await signIn();
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(slowed.body).toContain('too many tries');
    expect(await isSignedIn()).toBe(false);
    expect((await signIn('other@example.com', 'x')).status).toBe(401);
  });

  it.each([
    ['no password', ADMINISTRATOR.email, ''],
    ['no email', '', 'x'],
    ['an email of 300 characters', `${'x'.repeat(300)}@example.com`, 'x'],
    ['a password of 2,000 characters', ADMINISTRATOR.email, 'x'.repeat(2_000)],
    ['a NUL character', 'a\0b@example.com', 'x'],
    ['SQL', "' OR 1=1 --", 'x'],
  ])('refuses %s like any other wrong one', async (_name, email, password) => {
    const answer = await signIn(email, password);
    expect([answer.status, answer.body.includes('The email or the password is wrong.')]).toEqual([401, true]);
  });

  it('refuses nested and repeated fields', async () => {
    const page = await browser.get(`${service.issuer}/sign-in`);
    const answer = await browser.submit(page, undefined, (fields) => [
      ...fields.filter(([name]) => name === 'csrf'),
      ['email[a]', 'x'],
      ['password', 'a'],
      ['password', 'b'],
    ]);
    expect(answer.status).toBe(401);
  });

  it('refuses a form of another site or another browser, and counts nothing (login CSRF)', async () => {
    const page = await browser.get(`${service.issuer}/sign-in`);
    const stranger = new Browser();
    expect((await fillSignIn(stranger, page, ADMINISTRATOR.email, ADMINISTRATOR.password)).status).toBe(403);
    const body = { csrf: 'x'.repeat(43), ...ADMINISTRATOR };
    expect((await browser.post(`${service.issuer}/sign-in`, body)).status).toBe(403);
    const crossSite = await browser.request(`${service.issuer}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({
        ...ADMINISTRATOR,
        csrf: /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '',
      }),
    });
    expect(crossSite.status).toBe(403);
    expect(await isSignedIn()).toBe(false);
    expect(
      await service.dataSource.query(`SELECT 1 FROM mcp_auth."rateLimit" WHERE key LIKE 'sign-in%'`),
    ).toHaveLength(0);
  });

  const sessionCookie = (answer: { headers: Headers }) =>
    answer.headers.getSetCookie().find((cookie) => cookie.startsWith('mcp_auth_session=')) ?? '';

  it('gives a new session id at every sign-in, ends the one before, and stores it unreadably', async () => {
    const first = sessionCookie(await signIn());
    const second = sessionCookie(await signIn());
    const value = (cookie: string) => /=([^;]+)/.exec(cookie)?.[1] ?? '';
    expect(value(first)).not.toBe(value(second));
    expect(first).toMatch(/HttpOnly.*SameSite=Lax/);
    const replay = await fetch(`${service.issuer}/`, {
      headers: { cookie: `mcp_auth_session=${value(first)}` },
      redirect: 'manual',
    });
    expect(replay.status).toBe(303);
    const rows = await service.dataSource.query('SELECT * FROM mcp_auth."session"');
    expect(JSON.stringify(rows)).not.toContain(value(second));
  });

  it('keeps a hundred sessions of a person, the last used ones, and takes none of anybody else', async () => {
    const other = await service.addMember('crowd@example.com', []);
    await service.dataSource.query(
      `INSERT INTO mcp_auth."session" ("id", "token", "userId", "updatedAt", "authenticatedAt", "expiresAt", "endsAt")
        SELECT gen_random_uuid(), "email" || n, "id", now() - n * interval '1 second', now(),
          now() + interval '1 hour', now() + interval '1 hour'
        FROM mcp_auth."user", generate_series(1, 150) AS n WHERE "email" = $1 OR "id" = $2`,
      [ADMINISTRATOR.email, other],
    );
    expect((await signIn()).status).toBe(303);
    expect(await isSignedIn()).toBe(true);
    const kept = await service.dataSource.query<{ email: string; sessions: number; oldest: boolean }[]>(
      `SELECT "email", count(*)::int AS "sessions", bool_or("token" = "email" || '150') AS "oldest"
        FROM mcp_auth."session" JOIN mcp_auth."user" ON "user"."id" = "userId" GROUP BY "email" ORDER BY "email"`,
    );
    expect(kept).toEqual([
      { email: ADMINISTRATOR.email, sessions: 100, oldest: false },
      { email: 'crowd@example.com', sessions: 150, oldest: true },
    ]);
  });

  it('ends a session after 8 hours without use, and after 24 hours in all', async () => {
    await signIn();
    service.clock.advance(7 * 3_600);
    expect(await isSignedIn()).toBe(true);
    service.clock.advance(7 * 3_600);
    expect(await isSignedIn()).toBe(true);
    service.clock.advance(8 * 3_600 + 1);
    expect(await isSignedIn()).toBe(false);
    await signIn();
    for (let hours = 0; hours < 24; hours += 6) {
      expect(await isSignedIn()).toBe(true);
      service.clock.advance(6 * 3_600 + 1);
    }
    expect(await isSignedIn()).toBe(false);
  });

  it('signs out for good', async () => {
    const value = /=([^;]+)/.exec(sessionCookie(await signIn()))?.[1] ?? '';
    const home = await browser.get(`${service.issuer}/`);
    const answer = await browser.submit(home);
    expect(answer.body).toContain('Signed out');
    const replay = await fetch(`${service.issuer}/`, {
      headers: { cookie: `mcp_auth_session=${value}` },
      redirect: 'manual',
    });
    expect(replay.status).toBe(303);
  });

  it('says so when the authorization under way has ended, and signs in all the same', async () => {
    const page = await browser.get(
      `${service.issuer}/sign-in?interaction=00000000-0000-4000-8000-000000000000`,
    );
    const answer = await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password);
    expect([answer.status, answer.body.includes('has ended')]).toEqual([400, true]);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('the first administrator', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone({}, false);
  });
  afterAll(() => service.close());

  const form = {
    name: 'Grace',
    email: 'grace@example.com',
    password: 'a long password',
    repeated: 'a long password',
  };
  const fill = async (browser: Browser, url: string, values: Record<string, string>) =>
    browser.submit(await browser.get(url), undefined, (fields) =>
      fields.map(([name, value]) => [name, values[name] ?? value]),
    );

  it('is made by a link that works for an hour and once', async () => {
    const old = await service.administrators.issueLink();
    const url = (token: string | null) => `${service.issuer}/setup?token=${token}`;
    service.clock.advance(3_601);
    const browser = new Browser();
    expect((await browser.get(url(old))).status).toBe(410);
    const tokens = [await service.administrators.issueLink(), await service.administrators.issueLink()];
    for (const wrong of [
      { ...form, repeated: 'another' },
      { ...form, email: 'x' },
      { ...form, password: 'short', repeated: 'short' },
      { ...form, name: '' },
    ]) {
      const refused = await fill(browser, url(tokens[0] ?? ''), wrong);
      expect([refused.status, refused.body.includes('role="alert"')]).toEqual([400, true]);
    }
    const page = await browser.get(url(tokens[0] ?? ''));
    const other = await browser.get(url(tokens[1] ?? ''));
    const answers = await Promise.all(
      [page, other].map((shown) =>
        browser.submit(shown, undefined, (fields) =>
          fields.map(([name, value]) => [name, (form as Record<string, string>)[name] ?? value]),
        ),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 410]));
    for (const token of tokens) expect((await browser.get(url(token))).status).toBe(410);
    expect(await service.administrators.issueLink()).toBeNull();
    expect(await service.administrators.create({ ...form, email: 'second@example.com' })).toBe(false);
  });

  it.each(['', 'x', '%00', 'a'.repeat(5_000)])('is not made by the token "%s"', async (token) => {
    const answer = await new Browser().get(`${service.issuer}/setup?token=${token}`);
    expect(answer.status).toBe(410);
  });
});

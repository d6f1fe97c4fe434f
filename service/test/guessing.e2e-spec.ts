import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statementsSoFar } from '../../test/support/app.js';
import { Browser } from '../../test/support/browser.js';
import { parseForm } from '../../test/support/html-form.js';
import { press } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const OWNER = '192.0.2.1';

describe('guessing at passwords', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_RATE_LIMIT: 'on', MCP_AUTH_TRUST_PROXY: 'loopback' });
  });
  afterAll(() => service.close());
  beforeEach(() => service.dataSource.query('DELETE FROM mcp_auth."rateLimit"'));

  /** Signs in from an address. */
  const signIn = async (
    address: string,
    password: string,
    browser = new Browser(),
    email = ADMINISTRATOR.email,
  ) => {
    const page = await browser.get(`${service.issuer}/sign-in`);
    const { csrf } = Object.fromEntries(parseForm(page.body).fields) as { csrf: string };
    return browser.request(`${service.issuer}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': address },
      body: new URLSearchParams({ csrf, email, password }).toString(),
    });
  };
  const address = (host: number) => `198.51.100.${host}`;

  it('is slowed from 200 addresses, and locks the browser of the owner out of nothing', async () => {
    const known = new Browser();
    expect((await signIn(OWNER, ADMINISTRATOR.password, known)).status).toBe(303);
    await press(service, known, '/sign-out');
    const answers: Awaited<ReturnType<typeof signIn>>[] = [];
    for (let host = 1; host <= 200; host++) answers.push(await signIn(address(host), `guess ${host}`));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([20, 180]);
    for (const { headers } of answers.slice(20)) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    // Even where the guesser comes from.
    expect((await signIn(address(7), ADMINISTRATOR.password, known)).status).toBe(303);
    expect((await signIn(OWNER, ADMINISTRATOR.password, known)).status).toBe(303);
    // The same from a strange browser is one more guess.
    expect((await signIn(OWNER, ADMINISTRATOR.password)).status).toBe(429);
  });

  it('is slowed in a known browser too, which may be stolen', async () => {
    const known = new Browser();
    await signIn(OWNER, ADMINISTRATOR.password, known);
    for (let guess = 0; guess < 10; guess++)
      expect((await signIn(OWNER, `guess ${guess}`, known)).status).toBe(401);
    expect((await signIn(OWNER, ADMINISTRATOR.password, known)).status).toBe(429);
  });

  /** As a minute later, for what is counted by the minute. */
  const waitAMinute = () =>
    service.dataSource.query(
      `DELETE FROM mcp_auth."rateLimit" WHERE key ~ '^sign-in:(browser|address|strangers?):'`,
    );
  const wrongChange = (browser: Browser) =>
    press(service, browser, '/account/password', {
      current: 'a guess',
      password: 'another one for the road',
      repeated: 'another one for the road',
    });

  it('makes a known browser a strange one after twenty in an hour, which refuses its owner no more than others', async () => {
    const known = new Browser();
    await signIn(OWNER, ADMINISTRATOR.password, known);
    for (let guess = 0; guess < 20; guess++) {
      if (guess === 10) await waitAMinute();
      expect((await signIn(OWNER, `guess ${guess}`, known)).status).toBe(401);
    }
    await waitAMinute();
    // As from any other browser: ten tries a minute from here, and twenty from everywhere.
    for (let host = 1; host <= 20; host++) await signIn(address(host), `guess ${host}`);
    expect((await signIn(OWNER, ADMINISTRATOR.password, known)).status).toBe(429);
    await waitAMinute();
    expect((await signIn(OWNER, ADMINISTRATOR.password, known)).status).toBe(303);
  });

  it.each(['one by one', 'at once'])(
    'at the current password, %s, ends the sign-in session that does it after twenty, and keeps its owner from nothing',
    async (how) => {
      const [stolen, own] = [new Browser(), new Browser()];
      for (const browser of [stolen, own]) await signIn(OWNER, ADMINISTRATOR.password, browser);
      const statuses: number[] = [];
      if (how === 'at once')
        for (let round = 0; round < 3; round++) {
          const answers = await Promise.all(Array.from({ length: 10 }, () => wrongChange(stolen)));
          statuses.push(...answers.map(({ status }) => status));
          await waitAMinute();
        }
      else
        for (let guess = 0; guess < 20; guess++) {
          if (guess === 10) await waitAMinute();
          const answer = await wrongChange(stolen);
          statuses.push(answer.status);
          if (guess === 19) expect(answer.body).toContain('wrong too often, and you are signed out');
        }
      expect(statuses.filter((status) => status === 403).length).toBeGreaterThanOrEqual(20);
      expect((await stolen.get(`${service.issuer}/account`)).status).toBe(303);
      expect((await wrongChange(stolen)).status).toBe(403);
      const events = await auditEvents(service);
      expect(events.filter(({ action }) => action === 'sign-out').at(-1)).toMatchObject({
        userId: events.find(({ action }) => action === 'sign-in')?.userId,
        detail: { reason: 'wrong passwords' },
      });
      // Another session of theirs, and signing in, are as before.
      await waitAMinute();
      expect((await wrongChange(own)).body).toContain('The current password is wrong.');
      expect((await signIn(OWNER, ADMINISTRATOR.password)).status).toBe(303);
    },
  );

  it('is slowed when it comes at once', async () => {
    const tries = Array.from({ length: 40 }, (_, host) => signIn(address(host + 1), `guess ${host}`));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(20);
  });

  it('is what counts: an office that signs in does not, and spends no statement more than before', async () => {
    const spent = [];
    for (let person = 0; person < 70; person++) {
      const before = statementsSoFar();
      expect((await signIn(OWNER, ADMINISTRATOR.password)).status).toBe(303);
      spent.push(statementsSoFar() - before);
    }
    expect(
      await service.dataSource.query(`SELECT * FROM mcp_auth."rateLimit" WHERE key LIKE 'sign-in:%'`),
    ).toEqual([]);
    // Three looks at counts, the person, and the session; the audit writes by itself.
    expect(Math.min(...spent)).toBeLessThanOrEqual(5);
  });
});

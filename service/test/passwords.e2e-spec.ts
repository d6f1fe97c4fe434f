import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addPerson, everything, press, shownLink, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { ServiceClient } from './support/service-client.js';
import { PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const NEW = 'a brand new password';
const EMAIL = 'eve@example.com';
const CHANGE = { current: PASSWORD, password: NEW, repeated: NEW };

describe('passwords', () => {
  let service: Standalone;
  let ada: Browser;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_RATE_LIMIT: 'on' });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await service.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
    await service.dataSource.query('DELETE FROM mcp_auth."user" WHERE email = $1', [EMAIL]);
    id = await addPerson(service, EMAIL, 'member');
    ada = await signedIn(service);
  });

  const isSignedIn = async (browser: Browser) => (await browser.get(`${service.issuer}/`)).status === 200;
  const worksFor = async (password: string) => isSignedIn(await signedIn(service, EMAIL, password));
  const change = (browser: Browser, form: Record<string, string>) =>
    press(service, browser, '/account/password', form);
  const newLink = async () => shownLink(await press(service, ada, `/admin/people/${id}/password-link`));
  const set = async (link: string, form: Record<string, string>, browser = new Browser()) =>
    browser.send(await browser.get(link), '/password', form);

  it('are changed by the person, who stays signed in here alone and keeps their applications', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens(EMAIL, 'mcp:tools');
    const browser = await signedIn(service, EMAIL);
    const page = await browser.get(`${service.issuer}/account/password`);
    expect(page.body).toContain('signed out everywhere else. Applications you have connected stay');
    const pending = await newLink();
    const answer = await change(browser, CHANGE);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/password/changed']);
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(client.browser)).toBe(false);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    expect([await worksFor(PASSWORD), await worksFor(NEW)]).toEqual([false, true]);
    expect((await new Browser().get(pending)).status).toBe(410);
    expect(
      (await auditEvents(service)).findLast(({ action }) => action === 'account.password'),
    ).toMatchObject({
      outcome: 'success',
      userId: id,
      detail: { target: id, by: 'person' },
    });
  });

  it.each<[string, number, Record<string, string>]>([
    ['a wrong current password', 403, { current: 'wrong' }],
    ['two new ones that differ', 400, { repeated: 'another' }],
    ['a short new one', 400, { password: 'short', repeated: 'short' }],
    ['no current one', 400, { current: 'x'.repeat(2_000) }],
    ['a forged form', 403, { csrf: 'forged' }],
  ])('stay as they are with %s', async (_, status, wrong) => {
    const browser = await signedIn(service, EMAIL);
    const before = await everything(service);
    const answer = await change(browser, { ...CHANGE, ...wrong });
    expect(answer.status).toBe(status);
    for (const secret of [NEW, PASSWORD]) expect(answer.body).not.toContain(secret);
    expect(await everything(service)).toBe(before);
  });

  it('are not to be guessed here either, and whoever tries keeps nobody from signing in', async () => {
    const browser = await signedIn(service, EMAIL);
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await change(browser, { ...CHANGE, current: `guess ${attempt}` })).status).toBe(403);
    const slowed = await change(browser, CHANGE);
    expect([slowed.status, Number(slowed.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await worksFor(PASSWORD)).toBe(true);
    const another = await signedIn(service, EMAIL);
    expect((await change(another, CHANGE)).status).toBe(429);
  });

  it('are changed once when two browsers change them at once', async () => {
    const browsers = [await signedIn(service, EMAIL), await signedIn(service, EMAIL)];
    const answers = await Promise.all(browsers.map((browser) => change(browser, CHANGE)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(await worksFor(NEW)).toBe(true);
  });

  it('are not changed by strangers', async () => {
    expect((await new Browser().get(`${service.issuer}/account/password`)).status).toBe(303);
    const before = await everything(service);
    expect((await change(new Browser(), CHANGE)).status).toBe(403);
    expect(await everything(service)).toBe(before);
  });

  it('are set by the link of an administrator, once, within an hour; the newest alone works', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens(EMAIL, 'mcp:tools');
    const older = await newLink();
    const link = await newLink();
    const token = new URL(link).searchParams.get('token') ?? 'x';
    const rows = await service.dataSource.query('SELECT * FROM mcp_auth."passwordLink"');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect((await new Browser().get(older)).status).toBe(410);
    const wrong = await set(link, { password: NEW, repeated: 'another' });
    expect(wrong.status).toBe(400);
    expect(await isSignedIn(client.browser)).toBe(true);

    const browser = new Browser();
    const page = await browser.get(link);
    expect(page.body).toMatch(/name="disconnect"[^>]*checked/);
    const answers = await Promise.all([
      browser.send(page, '/password', { password: NEW, repeated: NEW }),
      browser.send(page, '/password', { password: NEW, repeated: NEW }),
    ]);
    // The second click gets the answer of the first.
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await isSignedIn(client.browser)).toBe(false);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect([await worksFor(PASSWORD), await worksFor(NEW)]).toEqual([false, true]);
    expect((await browser.get(link)).status).toBe(410);

    const late = await newLink();
    service.clock.advance(3_601);
    expect((await browser.get(late)).status).toBe(410);
    const events = JSON.stringify(await auditEvents(service));
    for (const secret of [token, NEW]) expect(events).not.toContain(secret);
  });

  it('leave the applications connected when the box is not ticked', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens(EMAIL, 'mcp:tools');
    const browser = new Browser();
    const page = await browser.get(await newLink());
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1];
    const token = new URL(page.url).searchParams.get('token') ?? '';
    const form = { csrf, token, password: NEW, repeated: NEW };
    expect((await browser.post(`${service.issuer}/password`, form)).status).toBe(303);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('come to somebody who had none by such a link alone', async () => {
    await service.dataSource.query(
      `UPDATE mcp_auth."account" SET "providerId" = 'https://login.example', password = NULL WHERE "userId" = $1`,
      [id],
    );
    const link = await newLink();
    expect((await set(link, { password: NEW, repeated: NEW })).status).toBe(303);
    expect(await worksFor(NEW)).toBe(true);
  });

  it('are not given to disabled accounts', async () => {
    const link = await newLink();
    await press(service, ada, `/admin/people/${id}/disable`);
    expect((await new Browser().get(link)).status).toBe(410);
    const answer = await press(service, ada, `/admin/people/${id}/password-link`);
    expect([answer.status, answer.body]).toEqual([409, expect.stringContaining('The account is disabled')]);
  });

  it.each(['', 'x', '%00', 'a'.repeat(5_000)])('are not set by the token "%s"', async (token) => {
    for (const path of ['password', 'invitation'])
      expect((await new Browser().get(`${service.issuer}/${path}?token=${token}`)).status).toBe(410);
  });
});

describe('passwords of administrators alone', () => {
  it('are neither changed nor set for anybody else', async () => {
    const service = await startStandalone({ MCP_AUTH_PASSWORDS: 'administrator' });
    const [ada, id] = [await signedIn(service), await addPerson(service, EMAIL, 'administrator')];
    const eve = await signedIn(service, EMAIL);
    const link = shownLink(await press(service, ada, `/admin/people/${id}/password-link`));
    await press(service, ada, `/admin/people/${id}/role`, { role: 'member' });
    const before = await everything(service);
    expect((await new Browser().get(link)).status).toBe(410);
    expect((await press(service, ada, `/admin/people/${id}/password-link`)).status).toBe(409);
    expect((await press(service, eve, '/account/password', CHANGE)).status).toBe(403);
    expect(await everything(service)).toBe(before);
    await service.close();
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { addPerson, press, shownLink, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const NEW = 'a brand new password';

describe('what somebody held before', () => {
  let service: Standalone;
  let ada: Browser;
  let eve: Browser;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await service.dataSource.query('DELETE FROM mcp_auth."user" WHERE email = $1', [EVE]);
    id = await addPerson(service, EVE, 'member');
    [ada, eve] = [await signedIn(service), await signedIn(service, EVE)];
  });

  const isSignedIn = async (browser: Browser) => (await browser.get(`${service.issuer}/`)).status === 200;
  /** A browser with the cookies that another one has now. */
  const stolen = (browser: Browser) =>
    Object.assign(new Browser(), {
      cookies: new Map(Reflect.get(browser, 'cookies') as Map<string, string>),
    });

  it('opens nothing after a change of password, in the browser that goes on either (ASVS 7.2.4)', async () => {
    const thief = stolen(eve);
    expect(await isSignedIn(thief)).toBe(true);
    const answer = await press(service, eve, '/account/password', {
      current: PASSWORD,
      password: NEW,
      repeated: NEW,
    });
    expect(answer.status).toBe(303);
    expect([await isSignedIn(eve), await isSignedIn(thief)]).toEqual([true, false]);
  });

  it('opens what it opened after a change that was refused', async () => {
    const thief = stolen(eve);
    for (const form of [
      { current: 'wrong', password: NEW, repeated: NEW },
      { current: PASSWORD, password: NEW, repeated: 'x' },
    ])
      expect((await press(service, eve, '/account/password', form)).status).toBeGreaterThanOrEqual(400);
    expect([await isSignedIn(eve), await isSignedIn(thief)]).toEqual([true, true]);
  });

  it.each(['auditor', 'administrator'])('opens nothing once somebody has become an %s', async (role) => {
    expect((await press(service, ada, `/admin/people/${id}/role`, { role })).status).toBe(303);
    expect(await isSignedIn(eve)).toBe(false);
    const again = await signedIn(service, EVE);
    expect((await again.get(`${service.issuer}/admin/people`)).status).toBe(200);
  });

  it.each([
    ['password1234', 'easy to guess'],
    ['PASSWORD1234', 'easy to guess'],
    ['P@ssw0rd1234', 'easy to guess'],
    ['qwertyuiop12', 'easy to guess'],
    ['123456789012', 'easy to guess'],
    ['aaaaaaaaaaaa', 'easy to guess'],
    ['letmeinletmein', 'easy to guess'],
    [EVE, 'easy to guess'],
    [EVE.toUpperCase(), 'easy to guess'],
    ['eveexamplecom', 'easy to guess'],
    ['example.com1', 'easy to guess'],
    ['Example.com2026', 'easy to guess'],
    [PASSWORD, 'the password you have had'],
  ])(
    'is not followed by the password %s, wherever it is chosen (NIST SP 800-63B §3.1.1.2)',
    async (password, words) => {
      const form = { password, repeated: password };
      const link = shownLink(await press(service, ada, `/admin/people/${id}/password-link`));
      const stranger = new Browser();
      const answers = [
        await press(service, eve, '/account/password', { current: PASSWORD, ...form }),
        await stranger.send(await stranger.get(link), '/password', form),
      ];
      for (const { status, body } of answers) {
        expect(status).toBe(400);
        expect(body).toContain(words);
        expect(body).not.toMatch(/name="(password|repeated|current)"[^>]*value=/);
      }
      expect((await stranger.get(link)).status).toBe(200);
      expect(await isSignedIn(await signedIn(service, EVE))).toBe(true);
    },
  );

  it('is not the own address either for somebody who is invited', async () => {
    const link = shownLink(
      await press(service, ada, '/admin/people/invitations/new', {
        email: 'grace@example.com',
        role: 'member',
      }),
    );
    const browser = new Browser();
    const form = { name: 'Grace', password: 'grace@example.com', repeated: 'grace@example.com' };
    const answer = await browser.send(await browser.get(link), '/invitation', form);
    expect([answer.status, answer.body.includes('easy to guess')]).toEqual([400, true]);
    expect((await browser.get(link)).status).toBe(200);
  });

  it('ends with an account that is disabled by an id in capitals', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: token } = await client.tokens(EVE, 'mcp:tools');
    const answer = await press(service, ada, `/admin/people/${id.toUpperCase()}/disable`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/admin/people/${id}`]);
    expect(await isSignedIn(eve)).toBe(false);
    const refreshed = await client.refresh(token);
    expect([refreshed.status, refreshed.body.error]).toEqual([400, 'invalid_grant']);
    const grants = await service.dataSource.query<{ revokedAt: Date | null }[]>(
      'SELECT "revokedAt" FROM mcp_auth."oauthGrant" WHERE "userId" = $1',
      [id],
    );
    expect(grants.every(({ revokedAt }) => revokedAt !== null)).toBe(true);
  });

  it('is shown and ended alike by an id in capitals', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: token } = await client.tokens(EVE, 'mcp:tools');
    const [lower, upper] = await Promise.all(
      [id, id.toUpperCase()].map((one) => ada.get(`${service.issuer}/admin/people/${one}`)),
    );
    const grantId = /name="grantId" value="([^"]+)"/.exec(upper?.body ?? '')?.[1] ?? '';
    expect(lower?.body).toContain(grantId);
    expect(grantId).toMatch(/^[\da-f-]{36}$/);
    await press(service, ada, `/admin/people/${id.toUpperCase()}/connections/end`, {
      grantId: grantId.toUpperCase(),
    });
    expect((await client.refresh(token)).body.error).toBe('invalid_grant');
  });
});

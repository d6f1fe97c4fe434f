import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Invitation } from '../src/people/entities/invitation.entity.js';
import { User } from '../src/people/entities/user.entity.js';
import { everything, press, shownLink, signedIn } from './support/administration.js';
import { auditEvents, digestOf } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import type { LyingProvider } from './support/lying-provider.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const NEW = 'a brand new password';
const FORM = { name: 'Grace', password: NEW, repeated: NEW };

describe('an invitation', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let provider: LyingProvider;
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    federated = await startFederatedService();
    ({ provider, service } = federated);
    ada = await signedIn(service);
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await federated.reset();
    await service.dataSource.getRepository(Invitation).deleteAll();
    ada = await signedIn(service);
  });

  const invite = (email: string, role = 'member', more: Record<string, string> = {}) =>
    press(service, ada, '/admin/people/invitations/new', { email, role, ...more });
  const accept = async (link: string, form: Record<string, string> = FORM, browser = new Browser()) =>
    browser.send(await browser.get(link), '/invitation', form);
  const named = (email: string) => service.dataSource.getRepository(User).findOneBy({ email });

  it('is a link that is shown once, stored unreadably, and makes an account of its role once', async () => {
    const shown = await invite(' Grace@Example.com ', 'auditor', { name: 'Grace H.' });
    expect(shown.status).toBe(400);
    const answer = await invite('Grace@Example.com', 'auditor', { name: '<b>Grace</b>' });
    const link = shownLink(answer);
    expect(answer.status).toBe(200);
    expect(link).toMatch(/\/invitation\?token=[\w-]{43}$/);
    const list = await ada.get(`${service.issuer}/admin/people/invitations`);
    expect(list.body).toContain('&lt;b>Grace');
    const token = new URL(link).searchParams.get('token') ?? 'x';
    expect(list.body).not.toContain(token);
    const rows = await service.dataSource.query('SELECT * FROM mcp_auth."invitation"');
    expect(JSON.stringify(rows)).not.toContain(token);

    const browser = new Browser();
    for (const wrong of [
      { ...FORM, repeated: 'different password' },
      { ...FORM, password: 'short', repeated: 'short' },
      { ...FORM, name: '' },
      { ...FORM, name: 'a\0b' },
    ])
      expect((await accept(link, wrong, browser)).status).toBe(400);
    expect(await named('grace@example.com')).toBeNull();
    const accepted = await accept(link, { ...FORM, email: 'other@example.com' }, browser);
    expect([accepted.status, accepted.headers.get('location')]).toEqual([303, '/']);
    expect((await browser.get(`${service.issuer}/admin/people`)).status).toBe(200);
    expect(await named('grace@example.com')).toMatchObject({ role: 'auditor', name: 'Grace' });
    expect((await browser.get(link)).status).toBe(410);
    const other = { ...FORM, password: 'another new password', repeated: 'another new password', token };
    expect((await press(service, browser, '/invitation', other)).status).toBe(410);
    const again = await signedIn(service, 'grace@example.com', NEW);
    expect((await again.get(`${service.issuer}/`)).status).toBe(200);
    const grace = await digestOf(service, 'grace@example.com');
    const events = (await auditEvents(service)).filter(({ detail }) => detail['nameDigest'] === grace);
    expect(events.map(({ action, detail }) => [action, detail['role'], detail['by']])).toEqual([
      ['account.invite', 'auditor', undefined],
      ['account.create', 'auditor', 'invitation'],
    ]);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  it.each([
    ['no email', { email: 'x' }, 'The email is not a whole address'],
    [
      'what cannot be seen in the email',
      { email: 'eve@example.com\u200b' },
      'The email is not a whole address',
    ],
    [
      'a letter turned around in the email',
      { email: 'eve\u202e@example.com' },
      'The email is not a whole address',
    ],
    ['two addresses as email', { email: 'eve@evil.example@example.com' }, 'The email is not a whole address'],
    ['no role', { role: 'root' }, 'The role is none of the list.'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'The name takes up to 100 characters.'],
  ])('is refused with %s, and keeps what was typed', async (_, change, words) => {
    const before = await everything(service);
    const answer = await invite('grace@example.com', 'member', change);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(words)]);
    const kept = 'email' in change ? change.email : 'grace@example.com';
    expect(answer.body).toContain(`value="${kept}"`);
    expect(await everything(service)).toBe(before);
  });

  it('is refused for an email that has an account, and is no use once there is one', async () => {
    const answer = await invite(ADMINISTRATOR.email.toUpperCase());
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.stringContaining('is an account with this email'),
    ]);
    const link = shownLink(await invite('grace@example.com'));
    await service.addMember('grace@example.com', []);
    const before = await everything(service);
    expect((await accept(link)).status).toBe(409);
    expect(await everything(service)).toBe(before);
  });

  it('works for seven days, until it is taken back, and until a newer one is made', async () => {
    const old = shownLink(await invite('grace@example.com'));
    service.clock.advance(7 * 86_400 - 60);
    expect((await new Browser().get(old)).status).toBe(200);
    service.clock.advance(61);
    expect((await new Browser().get(old)).status).toBe(410);

    ada = await signedIn(service);
    const [first, second] = [
      shownLink(await invite('grace@example.com')),
      shownLink(await invite('grace@example.com')),
    ];
    expect((await new Browser().get(first)).status).toBe(410);
    const browser = new Browser();
    const page = await browser.get(second);
    const open = await ada.get(`${service.issuer}/admin/people/invitations`);
    await ada.send(open, '/admin/people/invitations/remove');
    expect((await browser.send(page, '/invitation', FORM)).status).toBe(410);
    expect(await named('grace@example.com')).toBeNull();
    expect((await auditEvents(service)).findLast(({ action }) => action !== 'sign-in')).toMatchObject({
      action: 'account.uninvite',
      detail: { nameDigest: await digestOf(service, 'grace@example.com') },
    });
  });

  it('makes one account when it is redeemed twice at once', async () => {
    for (let round = 0; round < 5; round++) {
      const link = shownLink(await invite(`twice-${round}@example.com`));
      const browsers = [new Browser(), new Browser()];
      const pages = await Promise.all(browsers.map((browser) => browser.get(link)));
      const answers = await Promise.all(
        pages.map((page, index) => browsers[index]?.send(page, '/invitation', FORM)),
      );
      const statuses = answers.map((answer) => String(answer?.status));
      expect(statuses.toSorted()).toEqual(['303', '410']);
    }
  });

  it('is redeemed by an identity of the provider, whatever its email, with the role of the link', async () => {
    const link = shownLink(await invite('grace@example.com', 'administrator', { name: 'Grace' }));
    const person = new FederatedPerson(service, provider);
    const authorization = await person.leave(await person.browser.get(link));
    provider.say(authorization, { ...GRACE, email: 'private@elsewhere.example', sub: 'elsewhere' });
    const answer = await person.comeBack(authorization);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(await named('grace@example.com')).toMatchObject({
      role: 'administrator',
      emailVerified: false,
      groups: ['a'],
    });
    expect((await person.browser.get(`${service.issuer}/admin/people`)).status).toBe(200);
    const again = new FederatedPerson(service, provider);
    await again.signIn({ ...GRACE, email: 'private@elsewhere.example', sub: 'elsewhere' });
    expect((await again.browser.get(`${service.issuer}/admin/people`)).status).toBe(200);
  });

  it('gives its role to whoever is invited and comes by single sign-on without the link', async () => {
    const link = shownLink(await invite(GRACE.email, 'administrator'));
    const person = new FederatedPerson(service, provider);
    expect((await person.signIn(GRACE)).status).toBe(303);
    expect(await named(GRACE.email)).toMatchObject({ role: 'administrator' });
    expect((await person.browser.get(`${service.issuer}/admin/people`)).status).toBe(200);
    expect((await new Browser().get(link)).status).toBe(410);
    await service.dataSource.query('DELETE FROM mcp_auth."user" WHERE email = $1', [GRACE.email]);
  });

  it.each([
    ['an address that the provider does not vouch for', { email_verified: false }],
    ['another address', { email: 'heidi@example.com', sub: 'heidi' }],
  ])('gives nothing to %s', async (_name, claims) => {
    const link = shownLink(await invite(GRACE.email, 'administrator'));
    const person = new FederatedPerson(service, provider);
    await person.signIn({ ...GRACE, ...claims });
    const administrators = await service.dataSource.getRepository(User).findBy({ role: 'administrator' });
    expect(administrators.map(({ email }) => email)).toEqual([ADMINISTRATOR.email]);
    expect((await new Browser().get(link)).status).toBe(200);
  });

  it('stays open when an identity that opens another account comes with it', async () => {
    const known = new FederatedPerson(service, provider);
    await known.signIn(GRACE);
    const link = shownLink(await invite('second@example.com', 'administrator'));
    const person = new FederatedPerson(service, provider);
    const authorization = await person.leave(await person.browser.get(link));
    provider.say(authorization, GRACE);
    const before = await everything(service);
    const answer = await person.comeBack(authorization);
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.stringContaining('opens an account here already'),
    ]);
    expect(await everything(service)).toBe(before);
  });
});

describe('an invitation where members have no passwords', () => {
  it('offers the provider alone, and is refused where there is none', async () => {
    const service = await startStandalone({ MCP_AUTH_PASSWORDS: 'administrator' });
    const ada = await signedIn(service);
    const form = { email: 'grace@example.com', role: 'member' };
    const refused = await press(service, ada, '/admin/people/invitations/new', form);
    expect([refused.status, refused.body]).toEqual([409, expect.stringContaining('Nobody of this role')]);
    const answer = await press(service, ada, '/admin/people/invitations/new', {
      ...form,
      role: 'administrator',
    });
    const browser = new Browser();
    const page = await browser.get(shownLink(answer));
    await service.dataSource.getRepository(Invitation).update({ email: form.email }, { role: 'member' });
    const before = await everything(service);
    expect((await browser.send(page, '/invitation', FORM)).status).toBe(403);
    expect(await everything(service)).toBe(before);
    await service.close();
  });
});

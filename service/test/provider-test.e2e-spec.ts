import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Browser, type BrowserResponse } from '../../test/support/browser.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';

const NOT_BEGUN = 'This sign-in was not begun in this browser, or took too long. Begin again.';

describe('a test of a sign-in at an identity provider', () => {
  let setup: Awaited<ReturnType<typeof startFederatedService>>;
  let ada: FederatedPerson;
  let before: unknown;

  beforeAll(async () => {
    setup = await startFederatedService();
  });
  afterAll(() => setup.close());
  beforeEach(async () => {
    await setup.reset();
    ada = new FederatedPerson(setup.service, setup.provider, await signedIn(setup.service));
    before = await setup.rows();
  });

  const start = (browser = ada.browser, id = 'sso') =>
    press(setup.service, browser, `/admin/providers/${id}/test`);
  const leave = async () => new URL((await start()).headers.get('location') ?? '');
  /** The whole way, with the provider saying this. */
  const test = async (claims: Record<string, unknown>, changes?: Record<string, string | undefined>) => {
    const authorization = await leave();
    setup.provider.say(authorization, claims);
    return ada.comeBack(authorization, changes);
  };
  /** What the audit says of tests. */
  const tests = async () =>
    (await auditEvents(setup.service)).filter(({ action }) => action === 'provider.test');
  /** What a page says, without its markup. */
  const words = ({ body }: BrowserResponse) =>
    body
      .replace(/<style[^]*?<\/style>|<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .replaceAll('&lt;', '<');
  const unchanged = async () => expect(await setup.rows()).toEqual(before);

  it('asks the provider as a sign-in does, and who it is (OpenID Connect Core §3.1.2.1)', async () => {
    const authorization = await leave();
    const asked = Object.fromEntries(authorization.searchParams);
    expect(asked).toMatchObject({
      redirect_uri: `${setup.service.issuer}/sign-in/sso/callback`,
      response_type: 'code',
      code_challenge_method: 'S256',
      prompt: 'login',
      scope: 'openid profile email',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(asked['max_age']).toBeUndefined();
  });

  it('shows what the provider says, once, and what a sign-in would do; nothing has changed', async () => {
    const authorization = await leave();
    setup.provider.say(authorization, { ...GRACE, department: 'Compilers', auth_time: 1_700_000_000 });
    const answer = await ada.comeBack(authorization);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const said = words(answer);
    for (const part of [
      'A new account would be made.',
      'Account grace@example.com Role member',
      '1 group, as rules name them: a',
      'department Compilers',
      'email_verified true',
    ])
      expect(said).toContain(part);
    const again = await ada.comeBack(authorization);
    expect([again.status, again.body]).toEqual([400, expect.stringContaining(NOT_BEGUN)]);
    expect(again.body).not.toContain('Compilers');
    await unchanged();
    expect((await ada.browser.get(`${setup.service.issuer}/admin/providers`)).status).toBe(200);
  });

  it('is in the audit with who tested what, and without a claim', async () => {
    const known = (await tests()).length;
    await test({ ...GRACE, department: 'Compilers' });
    await test({ ...GRACE, email_verified: false });
    const events = (await tests()).slice(known);
    expect(events.map(({ outcome, detail }) => ({ outcome, detail }))).toEqual([
      { outcome: 'success', detail: { provider: 'sso' } },
      {
        outcome: 'refused',
        detail: { provider: 'sso', reason: expect.stringMatching(/is yours/) as string },
      },
    ]);
    expect(new Set(events.map(({ userId }) => userId)).size).toBe(1);
    expect(events[0]?.userId).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.stringify(events)).not.toMatch(/grace|Compilers/i);
  });

  it('finds the account that a sign-in would open, and says who would be refused why', async () => {
    await new FederatedPerson(setup.service, setup.provider).signIn(GRACE);
    before = await setup.rows();
    const known = words(await test({ ...GRACE, groups: ['other'] }));
    expect(known).toContain('It would open an account that it has opened before.');
    expect(words(await test({ ...GRACE, sub: 'heir' }))).toContain("knows it as somebody else's");
    expect(words(await test({ ...GRACE, sub: 'x', email: 'x@other.example' }))).toContain(
      'Refused Your email address is not one of this company.',
    );
    await unchanged();
    await setup.service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE email = $1`, [
      GRACE.email,
    ]);
    expect(words(await test(GRACE))).toContain('Refused Your account is disabled.');
  });

  it('says that an account would be taken over, and takes nothing over', async () => {
    await addPerson(setup.service, GRACE.email, 'member');
    before = await setup.rows();
    expect(words(await test(GRACE))).toContain(
      'would open with this identity alone: everything else that opens it would end.',
    );
    await unchanged();
  });

  it('names the role of an invitation, which stays open', async () => {
    const { service } = setup;
    await press(service, ada.browser, '/admin/people/invitations/new', {
      email: GRACE.email,
      role: 'auditor',
    });
    expect(words(await test(GRACE))).toContain('Role auditor');
    const open = await service.dataSource.query<unknown[]>('SELECT 1 FROM mcp_auth."invitation"');
    await service.dataSource.query('DELETE FROM mcp_auth."invitation"');
    expect(open.length).toBe(1);
    await unchanged();
  });

  it.each<[string, number, string, () => Promise<BrowserResponse>]>([
    [
      'an error of the provider',
      403,
      'It answered access_denied: Not <b>assigned',
      () => test({}, { error: 'access_denied', error_description: 'Not <b>assigned\u202e', code: undefined }),
    ],
    ['a token that is not trusted', 502, 'nonce', () => test({ ...GRACE, nonce: 'other' })],
    [
      'a provider that is away',
      503,
      'whether the provider is up',
      () => {
        setup.provider.mischief = { '/token': 'fails' };
        return test(GRACE);
      },
    ],
    [
      'groups that do not come',
      403,
      'at which groups it sends',
      () => test({ ...GRACE, groups: Array.from({ length: 501 }, (_, index) => `g${index}`) }),
    ],
  ])('says of %s what to look at, and changes nothing', async (_name, status, sentence, run) => {
    const answer = await run();
    expect([answer.status, words(answer)]).toEqual([status, expect.stringContaining(sentence)]);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '30' : null);
    expect(answer.body).not.toMatch(/<b>|\u202e/);
    expect((await tests()).at(-1)).toMatchObject({ outcome: 'refused', detail: { provider: 'sso' } });
    await unchanged();
  });

  it('says at once that a provider cannot be asked, and sends nobody away', async () => {
    setup.other.mischief = { '/.well-known/openid-configuration': 'fails' };
    const answer = await start(ada.browser, 'partners');
    expect([answer.status, answer.headers.get('location')]).toEqual([503, null]);
    expect(words(answer)).toContain('whether the provider is up');
    expect((await tests()).at(-1)).toMatchObject({ outcome: 'refused', detail: { provider: 'partners' } });
    await unchanged();
  });

  it('logs nothing of what the provider says, whatever is wrong with it', async () => {
    const levels = (['log', 'warn', 'error', 'debug', 'verbose'] as const).map((level) =>
      vi.spyOn(Logger.prototype, level).mockReturnValue(),
    );
    const secret = 'claim-nobody-logs';
    await test({ ...GRACE, sub: secret, department: secret });
    await test({ ...GRACE, sub: secret, groups: Array.from({ length: 501 }, () => secret) });
    await test({ ...GRACE, sub: secret, nonce: secret });
    await test({}, { error: 'access_denied', error_description: secret, code: undefined });
    // JSON leaves out what an Error says.
    const logged = inspect(
      levels.flatMap(({ mock }) => mock.calls),
      { depth: null, maxArrayLength: null, maxStringLength: null },
    );
    vi.restoreAllMocks();
    expect(logged).toContain('who tests it');
    expect(logged).not.toContain(secret);
  });

  it('shows hostile claims as harmless text, and not without end', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`z${index}`, index]));
    const answer = await test({
      ...GRACE,
      ...many,
      '<script>alert(1)</script>': '"><img src=x onerror=alert(1)>',
      a_text: `a\u202eb\u0000\u001bc${'x'.repeat(20_000)}`,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toMatch(/<script>alert|<img src=x|\p{Cf}|(?!\n)\p{Cc}|x{600}/u);
    expect(words(answer)).toContain('<script>alert(1)');
    expect(words(answer)).toMatch(/And \d+ more claims, not shown\./);
    await unchanged();
  });

  it('is answered to nobody but the administrator who asked, in the browser that asked', async () => {
    const authorization = await leave();
    setup.provider.say(authorization, GRACE);
    await addPerson(setup.service, 'eve@example.com', 'administrator');
    const eve = await signedIn(setup.service, 'eve@example.com');
    before = await setup.rows();
    const foreign = await ada.comeBack(authorization, {}, eve);
    expect([foreign.status, foreign.body]).toEqual([400, expect.stringContaining(NOT_BEGUN)]);
    await unchanged();
    await signedIn(setup.service, 'eve@example.com', undefined, ada.browser);
    before = await setup.rows();
    const other = await ada.comeBack(authorization);
    expect([other.status, words(other)]).toEqual([
      403,
      expect.stringContaining('The administrator who began this test is not signed in here any more.'),
    ]);
    expect(other.body).not.toContain(GRACE.email);
    await unchanged();
  });

  it('is answered to nobody who has stopped to be an administrator', async () => {
    await addPerson(setup.service, 'eve@example.com', 'administrator');
    const eve = new FederatedPerson(
      setup.service,
      setup.provider,
      await signedIn(setup.service, 'eve@example.com'),
    );
    const authorization = new URL((await start(eve.browser)).headers.get('location') ?? '');
    setup.provider.say(authorization, GRACE);
    await setup.service.dataSource.query(`UPDATE mcp_auth."user" SET role = 'auditor' WHERE email = $1`, [
      'eve@example.com',
    ]);
    const answer = await eve.comeBack(authorization);
    expect([answer.status, answer.body.includes(GRACE.email)]).toEqual([403, false]);
  });

  it.each(['member', 'auditor'] as const)(
    'is begun by no %s, and not without the token of a form',
    async (role) => {
      await addPerson(setup.service, 'eve@example.com', role);
      const eve = await signedIn(setup.service, 'eve@example.com');
      const refused = await start(eve);
      expect([refused.status, refused.headers.get('location')]).toEqual([403, null]);
      const forged = await ada.browser.post(`${setup.service.issuer}/admin/providers/sso/test`, {});
      expect([forged.status, forged.headers.get('location')]).toEqual([403, null]);
      expect((await start(new Browser())).status).toBe(403);
      expect((await start(ada.browser, 'nobody')).status).toBe(404);
      expect(setup.provider.exchanges).toBe(0);
    },
  );
});

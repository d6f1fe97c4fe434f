import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COPY_SCRIPT_SOURCE } from '../../src/web/copy-script.js';
import { Browser, type BrowserResponse } from '../../../test/support/browser.js';
import { FederatedPerson, GRACE, startFederatedService } from '../support/federated-person.js';
import { LyingProvider } from '../support/lying-provider.js';
import { faultsOf } from '../../../test/support/page-check.js';
import { ServiceClient } from '../support/service-client.js';
import { ADMINISTRATOR, type Standalone } from '../support/standalone.js';

type Refusal = [status: number, sentence: string];

const NAME = 'Company &lt;b>login&lt;/b>';
const distrust = (name: string): Refusal => [
  502,
  `${name} answered something that cannot be trusted. Ask an administrator.`,
];
const UNTRUSTED = distrust(NAME);
const UNTRUSTED_PARTNERS = distrust('partners');
const UNPROVED: Refusal = [
  403,
  `${NAME} does not say that your email address is yours. Ask an administrator.`,
];
const TOO_MANY: Refusal = [
  403,
  `You are in more groups than ${NAME} sends. Ask your administrator to let it send the groups of this application alone.`,
];
const NOT_BEGUN: Refusal = [
  400,
  'This sign-in was not begun in this browser, or took too long. Begin again.',
];

describe('an identity provider that lies, and a person who does', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let provider: LyingProvider;
  let service: Standalone;
  let person: FederatedPerson;

  beforeAll(async () => {
    federated = await startFederatedService();
    ({ provider, service } = federated);
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    person = new FederatedPerson(service, provider);
    await federated.reset();
  });

  const rows = () => federated.rows();
  const refused = async (answer: BrowserResponse, [status, sentence]: Refusal) => {
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(`>${sentence}</p>`)]);
    expect(answer.body).toContain('Back to sign-in');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '30' : null);
    expect(await person.isSignedIn()).toBe(false);
  };

  it.each<[string, Refusal, Record<string, unknown>]>([
    ['another issuer', UNTRUSTED, { iss: 'https://evil.example' }],
    ['another audience', UNTRUSTED, { aud: 'other' }],
    ['several audiences without a party', UNTRUSTED, { aud: ['service', 'other'] }],
    ['another nonce', UNTRUSTED, { nonce: 'other' }],
    ['no nonce', UNTRUSTED, { nonce: undefined }],
    ['an end in the past', UNTRUSTED, { exp: 1_000 }],
    ['no end', UNTRUSTED, { exp: undefined }],
    ['a beginning in the future', UNTRUSTED, { nbf: 4_000_000_000 }],
    ['no subject', UNTRUSTED, { sub: undefined }],
    ['a subject with NUL', UNTRUSTED, { sub: 'a\0b' }],
    ['a subject that is no text', UNTRUSTED, { sub: 7 }],
    ['an email that is not verified', UNPROVED, { email_verified: false }],
    ['an email without a word about it', UNPROVED, { email_verified: undefined }],
    ['no email', UNPROVED, { email: undefined }],
    ['an email with a character that nobody sees', UNPROVED, { email: 'gra\u200bce@example.com' }],
    ['an email that turns around', UNPROVED, { email: 'gra\u202ece@example.com' }],
    ['an email of two lines', UNPROVED, { email: 'grace@example.com\r\nx@example.com' }],
    [
      'an email of elsewhere',
      [403, 'Your email address is not one of this company. Use your company account.'],
      { email: 'grace@other.example' },
    ],
    [
      'an account of another company',
      [403, 'Your account is not one of this company. Use your company account.'],
      { hd: 'other.example' },
    ],
    ['more groups than it sends', TOO_MANY, { groups: undefined, _claim_names: { groups: 'src1' } }],
    ['a thousand groups', TOO_MANY, { groups: Array(1_000).fill('g') }],
  ])('refuses %s in words, and writes nothing', async (_, refusal, claims) => {
    const before = await rows();
    await refused(await person.signIn({ ...GRACE, ...claims }), refusal);
    expect(await rows()).toEqual(before);
  });

  it.each<LyingProvider['signature']>(['foreign', 'none', 'client secret', 'public key'])(
    'refuses an id_token that is signed with: %s',
    async (signature) => {
      provider.signature = signature;
      const before = await rows();
      await refused(await person.signIn(GRACE), UNTRUSTED);
      expect(await rows()).toEqual(before);
    },
  );

  it.each<[string, 'sso' | 'partners', string | undefined, Refusal | null]>([
    ['no issuer where it says that it names it', 'partners', undefined, UNTRUSTED_PARTNERS],
    ['another issuer', 'partners', 'https://evil.example', UNTRUSTED_PARTNERS],
    ['another issuer where it need not name it', 'sso', 'https://evil.example', UNTRUSTED],
    ['no issuer where it need not name it', 'sso', undefined, null],
  ])('looks at who has answered (RFC 9207 §2.4): %s', async (_, id, iss, refusal) => {
    const provider = id === 'sso' ? federated.provider : federated.other;
    person = new FederatedPerson(service, provider, undefined, id);
    const authorization = await person.toProvider();
    provider.say(authorization, GRACE);
    const before = await rows();
    const answer = await person.comeBack(authorization, { iss });
    if (!refusal) return expect(answer.status).toBe(303);
    await refused(
      answer,
      refusal.with(1, refusal[1].replace('partners', new URL(provider.issuer).host)) as Refusal,
    );
    expect(provider.exchanges).toBe(0);
    expect(await rows()).toEqual(before);
  });

  it('does not mix up two providers (RFC 9700 §4.4)', async () => {
    const { other } = federated;
    const before = await rows();
    const [first, second] = [person, new FederatedPerson(service, other, person.browser, 'partners')];
    for (const isOther of [false, true]) {
      const [here, there] = [await first.toProvider(), await second.toProvider()];
      provider.say(here, GRACE);
      other.say(there, GRACE);
      const [mine, theirs] = isOther ? [there, here] : [here, there];
      const state = theirs.searchParams.get('state') ?? '';
      for (const iss of [mine.origin, theirs.origin, undefined])
        await refused(await person.comeBack(mine, { state, iss }), NOT_BEGUN);
    }
    expect([provider.exchanges, other.exchanges]).toEqual([0, 0]);
    expect(await rows()).toEqual(before);
  });

  it('does not sign a victim in as an attacker (RFC 9700 §4.7)', async () => {
    const attacker = await person.toProvider();
    provider.say(attacker, { ...GRACE, sub: 'attacker', email: 'attacker@example.com' });
    const before = await rows();
    for (const isOnTheWay of [false, true]) {
      const victim = new FederatedPerson(service, provider);
      if (isOnTheWay) await victim.toProvider();
      const answer = await person.comeBack(attacker, {}, victim.browser);
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(NOT_BEGUN[1])]);
      expect(await victim.isSignedIn()).toBe(false);
    }
    expect(provider.exchanges).toBe(0);
    expect(await rows()).toEqual(before);
  });

  it('begins nothing at its callback', async () => {
    for (const query of ['', '?', '?code=x', '?state=x', '?state[]=x', '?error=access_denied']) {
      const answer = await person.browser.get(`${service.issuer}/sign-in/sso/callback${query}`);
      await refused(answer, NOT_BEGUN);
      expect(answer.headers.getSetCookie().join()).not.toContain('provider');
    }
  });

  it('never links to an administrator, nor to an email that is not vouched for', async () => {
    await service.addMember('ann@other.example', []);
    const before = await rows();
    for (const claims of [
      { ...GRACE, email: ADMINISTRATOR.email },
      { ...GRACE, email: 'ann@other.example' },
    ])
      expect((await person.signIn(claims)).body).toContain('There is an account with your email already');
    expect(await rows()).toEqual(before);
  });

  it.each(['member', 'auditor'])(
    'does not give the account of a %s to another subject with the email',
    async (role) => {
      await person.signIn(GRACE);
      await service.dataSource.query(`UPDATE mcp_auth."user" SET role = $1 WHERE email = $2`, [
        role,
        GRACE.email,
      ]);
      person = new FederatedPerson(service, provider);
      const before = await rows();
      await refused(await person.signIn({ ...GRACE, sub: 'mallory' }), [
        403,
        role === 'member'
          ? `There is an account with your email already, and ${NAME} knows it as somebody else's. Ask an administrator.`
          : `There is an account with your email already. Sign in to it as you did before, and connect ${NAME} on the page of your account.`,
      ]);
      expect(await rows()).toEqual(before);
    },
  );

  it('refuses a disabled account', async () => {
    await person.signIn(GRACE);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE email = $1`, [
      GRACE.email,
    ]);
    person = new FederatedPerson(service, provider);
    const before = await rows();
    await refused(await person.signIn(GRACE), [403, 'Your account is disabled. Ask an administrator.']);
    expect(await rows()).toEqual(before);
  });

  it('refuses a forged state, a replay, and another browser (RFC 9700 §4.7)', async () => {
    const before = await rows();
    const authorization = await person.toProvider();
    provider.say(authorization, GRACE);
    expect((await person.comeBack(authorization, {}, new Browser())).status).toBe(400);
    expect(provider.exchanges).toBe(0);
    expect((await person.comeBack(authorization, { state: 'forged' })).status).toBe(400);
    expect(provider.exchanges).toBe(0);
    expect(await rows()).toEqual(before);
    expect((await person.comeBack(authorization)).status).toBe(303);
    expect((await person.comeBack(authorization)).status).toBe(400);
  });

  it('refuses what took too long', async () => {
    const authorization = await person.toProvider();
    service.clock.advance(601);
    expect((await person.comeBack(authorization)).status).toBe(400);
  });

  it('says so when the provider did not sign the person in', async () => {
    const authorization = await person.toProvider();
    const callback = `${service.issuer}/sign-in/sso/callback?error=access_denied&state=${authorization.searchParams.get('state')}`;
    const answer = await person.browser.get(callback);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('did not sign you in')]);
  });

  it('is begun from a page of ours alone', async () => {
    await person.browser.get(`${service.issuer}/sign-in`);
    for (const csrf of ['', 'forged'])
      expect((await person.browser.post(`${service.issuer}/sign-in/sso`, { csrf })).status).toBe(403);
    expect((await person.browser.get(`${service.issuer}/sign-in/other/callback`)).status).toBe(404);
  });

  it.each([
    ['/token', 'fails'],
    ['/token', 'hangs up'],
    ['/token', 'hangs'],
    ['/jwks', 'hangs up'],
  ] as const)('is explained when %s %s', async (path, mischief) => {
    federated.other.mischief = { [path]: mischief };
    person = new FederatedPerson(service, federated.other, undefined, 'partners');
    const before = await rows();
    const started = performance.now();
    const host = new URL(federated.other.issuer).host;
    await refused(await person.signIn(GRACE), [
      503,
      `${host} cannot be reached at the moment. Try again in a minute.`,
    ]);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(await rows()).toEqual(before);
  });

  it('shows what it says of a person as text', async () => {
    const name = '<b onmouseover="x">Eve</b>\u202e\u0007\u200b';
    await person.signIn({ ...GRACE, name, email: '"<i>"@example.com', groups: ['<u>', 'a\u202eb'] });
    const pages = [
      await person.browser.get(`${service.issuer}/`),
      await new Browser().get(`${service.issuer}/sign-in`),
    ];
    const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
    pages.push(await client.authorize('', 'mcp:tools'));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { body } of pages) {
      expect(faultsOf(body, [COPY_SCRIPT_SOURCE])).toEqual([]);
      expect(body).not.toMatch(/<b |<i>|<u>|[\u202e\u200b]/);
      expect(body).not.toContain('\u0007');
    }
    expect(pages[0]?.body).toContain('&lt;b onmouseover=');
    expect(pages[1]?.body).toContain(`Continue with ${NAME}`);
    expect(pages[2]?.body).toContain('&lt;b onmouseover=');
  });
});

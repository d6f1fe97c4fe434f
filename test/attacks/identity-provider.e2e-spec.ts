import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../support/browser.js';
import {
  FederatedPerson,
  GRACE,
  providerForm,
  providerVariables,
  startFederatedService,
} from '../support/federated-person.js';
import { LyingProvider } from '../support/lying-provider.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from '../support/standalone.js';

const DISCOVERY = '/.well-known/openid-configuration';

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
  const UNTRUSTED = /cannot be trusted/;
  it.each<[string, number, RegExp, Record<string, unknown>]>([
    ['another issuer', 502, UNTRUSTED, { iss: 'https://evil.example' }],
    ['another audience', 502, UNTRUSTED, { aud: 'other' }],
    ['another nonce', 502, UNTRUSTED, { nonce: 'other' }],
    ['no nonce', 502, UNTRUSTED, { nonce: undefined }],
    ['an end in the past', 502, UNTRUSTED, { exp: 1_000 }],
    ['no subject', 502, UNTRUSTED, { sub: undefined }],
    ['a subject with NUL', 502, UNTRUSTED, { sub: 'a\0b' }],
    ['a subject that is no text', 502, UNTRUSTED, { sub: 7 }],
    ['an email that is not verified', 403, /does not say that your email/, { email_verified: false }],
    ['an email without a word about it', 403, /does not say that your email/, { email_verified: undefined }],
    ['no email', 403, /does not say that your email/, { email: undefined }],
    ['an email of elsewhere', 403, /not one of this company/, { email: 'grace@other.example' }],
    ['an account of another company', 403, /not one of this company/, { hd: 'other.example' }],
    [
      'more groups than it sends',
      403,
      /more groups than/,
      { groups: undefined, _claim_names: { groups: 'src1' } },
    ],
    ['a thousand groups', 403, /more groups than/, { groups: Array(1_000).fill('g') }],
  ])('refuses %s in words, and writes nothing', async (_, status, words, claims) => {
    const before = await rows();
    const answer = await person.signIn({ ...GRACE, ...claims });
    expect([answer.status, answer.body]).toEqual([status, expect.stringMatching(words)]);
    expect(answer.body).toContain('Back to sign-in');
    expect(await rows()).toEqual(before);
    expect(await person.isSignedIn()).toBe(false);
  });

  it('refuses a signature of another key', async () => {
    provider.signature = 'foreign';
    const before = await rows();
    expect((await person.signIn(GRACE)).status).toBe(502);
    expect(await rows()).toEqual(before);
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

  it('does not let another subject take over an email', async () => {
    await person.signIn(GRACE);
    person = new FederatedPerson(service, provider);
    const before = await rows();
    await service.dataSource.query(`UPDATE mcp_auth."user" SET role = 'auditor' WHERE email = $1`, [
      GRACE.email,
    ]);
    expect((await person.signIn({ ...GRACE, sub: 'mallory' })).status).toBe(403);
    expect(await rows()).toEqual(before);
  });

  it('refuses a disabled account', async () => {
    await person.signIn(GRACE);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE email = $1`, [
      GRACE.email,
    ]);
    person = new FederatedPerson(service, provider);
    const before = await rows();
    expect((await person.signIn(GRACE)).body).toContain('Your account is disabled');
    expect(await rows()).toEqual(before);
  });

  it('refuses a forged state, a replay, and another browser (RFC 9700 §4.7)', async () => {
    const before = await rows();
    const authorization = await person.toProvider();
    provider.say(authorization, GRACE);
    expect((await person.comeBack(authorization, {}, new Browser())).status).toBe(400);
    expect(provider.exchanges).toBe(0);
    expect((await person.comeBack(authorization, { state: 'forged' })).status).toBe(400);
    expect((await person.comeBack(authorization)).status).toBe(400);
    expect(provider.exchanges).toBe(0);
    expect(await rows()).toEqual(before);
    const again = await person.toProvider();
    provider.say(again, GRACE);
    expect((await person.comeBack(again)).status).toBe(303);
    expect((await person.comeBack(again)).status).toBe(400);
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

  it.each(['fails', 'hangs up'] as const)('is explained when the token endpoint %s', async (mischief) => {
    const authorization = await person.toProvider();
    provider.say(authorization, GRACE);
    provider.mischief = { '/token': mischief };
    const answer = await person.comeBack(authorization);
    expect([answer.status, answer.body]).toEqual([503, expect.stringContaining('cannot be reached')]);
    expect(answer.headers.get('retry-after')).toBe('30');
  });
});

describe('an identity provider in trouble', () => {
  it.each<[string, LyingProvider['mischief'][string], number]>([
    ['fails', 'fails', 503],
    ['hangs', 'hangs', 503],
    ['hangs up', 'hangs up', 503],
    ['is another one', { issuer: 'https://evil.example' }, 502],
    ['answers for every tenant', { issuer: 'https://login.example/{tenantid}/v2.0' }, 502],
  ])(
    'does not keep the service from starting when it %s, and works once it is well',
    async (_, mischief, status) => {
      const provider = await LyingProvider.start();
      provider.mischief = { [DISCOVERY]: mischief };
      const service = await startStandalone({
        ...providerVariables(provider),
        MCP_AUTH_PASSWORDS: 'administrator',
      });
      const person = new FederatedPerson(service, provider);
      const press = async () => {
        const page = await person.browser.get(`${service.issuer}/sign-in`);
        return person.browser.submit({ ...page, body: providerForm(page) });
      };
      const started = performance.now();
      expect((await press()).status).toBe(status);
      expect(performance.now() - started).toBeLessThan(7_000);
      provider.mischief = {};
      expect((await press()).status).toBe(303);
      await service.close();
      provider.close();
    },
  );
});

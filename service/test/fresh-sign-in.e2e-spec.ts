import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultAuthTime } from '../src/config/oidc-provider.js';
import type { BrowserResponse } from '../../test/support/browser.js';
import { press, signedIn } from './support/administration.js';
import { API, approve } from './support/admin-client.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR } from './support/standalone.js';

const PAGE = '/admin/settings/sign-out';
/** Says nothing of when somebody proved who they are. */
const SILENT = { auth_time: undefined };

describe('a sign-in that counts as fresh', () => {
  let setup: Awaited<ReturnType<typeof startFederatedService>>;
  let grace: FederatedPerson;

  beforeAll(async () => {
    setup = await startFederatedService(
      {},
      undefined,
      '    domains: [partners.example]\n    authTime: optional\n',
    );
  });
  afterAll(() => setup.close());
  beforeEach(async () => {
    await setup.reset();
    grace = await administrator('sso');
  });

  /** Seconds, as the service knows them. */
  const ago = (seconds: number) => Math.floor(setup.service.clock.now() / 1000) - seconds;
  const claimsOf = (id: string) =>
    id === 'sso' ? GRACE : { ...GRACE, email: 'grace@partners.example', email_verified: true };
  const providerOf = (id: string) => (id === 'sso' ? setup.provider : setup.other);

  /** Somebody who administers, and whom the provider lets in without a word of when they proved who they are. */
  const administrator = async (id: string) => {
    const person = new FederatedPerson(setup.service, providerOf(id), undefined, id);
    await person.signIn({ ...claimsOf(id), ...SILENT });
    await setup.service.dataSource.query(
      `UPDATE mcp_auth."user" SET role = 'administrator' WHERE email LIKE 'grace@%'`,
    );
    return person;
  };
  const question = (person = grace) =>
    person.browser.request(setup.service.issuer + PAGE, { headers: { accept: 'text/html' } });
  /** Over the link of the refusal, and the provider, which says this of them. */
  const again = async (more: object, person = grace, id = 'sso') => {
    const { body } = await question(person);
    const link =
      /<a class="button" href="([^"]+)">Sign in again/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const authorization = await person.leave(await person.browser.get(setup.service.issuer + link));
    providerOf(id).say(authorization, { ...claimsOf(id), ...more });
    return { authorization, answer: await person.comeBack(authorization) };
  };
  const refused = (answer: BrowserResponse, sentence: string) =>
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining(sentence)]);

  it.each([
    ['nothing of when it was', {}, 'You were let in without proving who you are.'],
    ['an hour ago', { auth_time: -3_600 }, 'You signed in more than ten minutes ago.'],
    ['a time before all times', { auth_time: -1e300 }, 'You were let in without proving who you are.'],
  ])(
    'is none that the provider says %s of: nothing is shown, and nothing ends',
    async (_name, said, sentence) => {
      const { auth_time: time } = said as { auth_time?: unknown };
      await grace.signIn({
        ...GRACE,
        ...SILENT,
        ...said,
        ...(typeof time === 'number' && { auth_time: ago(-time) }),
      });
      const before = await setup.rows();
      refused(await question(), sentence);
      refused(await press(setup.service, grace.browser, PAGE, { disconnect: 'yes' }), sentence);
      expect(await setup.rows()).toEqual(before);
    },
  );

  it('is one that the provider says was two minutes ago, until ten minutes after that', async () => {
    await grace.signIn({ ...GRACE, auth_time: ago(120) });
    expect((await question()).status).toBe(200);
    setup.service.clock.advance(500);
    refused(await question(), 'You signed in more than ten minutes ago.');
  });

  it('does not last for longer because the provider is ahead of its time', async () => {
    await grace.signIn({ ...GRACE, auth_time: ago(-3_600) });
    expect((await question()).status).toBe(200);
    setup.service.clock.advance(601);
    refused(await question(), 'You signed in more than ten minutes ago.');
  });

  it('is asked of the provider, whoever is signed in there (OpenID Connect Core §3.1.2.1)', async () => {
    const { authorization, answer } = await again({ auth_time: ago(0) });
    expect(Object.fromEntries(authorization.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, PAGE]);
    expect((await question()).status).toBe(200);
  });

  it.each([
    ['says nothing of when it was', {}, 'does not say when you proved who you are'],
    ['says it was before', { auth_time: 300 }, 'let you through without asking who you are'],
  ])(
    'is none where the provider is asked and %s (§3.1.3.7): nobody is signed in anew',
    async (_name, said, sentence) => {
      const before = await setup.rows();
      const { auth_time: time } = said as { auth_time?: unknown };
      const { answer } = await again({ ...said, ...(typeof time === 'number' && { auth_time: ago(time) }) });
      refused(answer, sentence);
      expect(answer.body).toMatch(/href="\/sign-in\?page=[^"]+fresh=1"/);
      expect(await setup.rows()).toEqual(before);
      refused(await question(), 'You were let in without proving who you are.');
    },
  );

  it('is one by a provider that need not say when it was, once it is asked, and not before', async () => {
    const partner = await administrator('partners');
    refused(await question(partner), 'You were let in without proving who you are.');
    const before = await setup.rows();
    refused(
      (await again({ auth_time: ago(300) }, partner, 'partners')).answer,
      'let you through without asking',
    );
    expect(await setup.rows()).toEqual(before);
    expect((await again({}, partner, 'partners')).answer.headers.get('location')).toBe(PAGE);
    expect((await question(partner)).status).toBe(200);
  });

  describe('before scopes that administer are agreed to', () => {
    const resource = () => `${setup.service.issuer}${API}`;
    const asking = async (person: FederatedPerson) => {
      const client = new ServiceClient(setup.service, resource(), undefined, person.browser);
      await client.register();
      await approve(setup.service, client.clientId);
      return client;
    };

    it('is asked of whoever was let in without a proof, and of nobody at another server (RFC 9470 §5)', async () => {
      const client = await asking(grace);
      expect((await client.toSignIn('admin:people')).url).toContain('/sign-in');
      const silent = await client.browser.get(client.authorizationUrl('admin:people', { prompt: 'none' }));
      expect(silent.headers.get('location')).toContain('error=login_required');
      const other = new ServiceClient(setup.service, setup.service.mcpUrl, undefined, grace.browser);
      await other.register();
      expect((await other.toSignIn('mcp:tools')).url).not.toContain('/sign-in');
    });

    it('is one of the last ten minutes that the provider says', async () => {
      const client = await asking(grace);
      const authorization = await grace.leave(await client.toSignIn('admin:people'));
      expect(authorization.searchParams.get('max_age')).toBe('600');
      setup.provider.say(authorization, { ...GRACE, auth_time: ago(300) });
      const page = await grace.browser.follow(await grace.comeBack(authorization), setup.service.issuer);
      expect(page.body).toContain('Invite and change people');
      setup.service.clock.advance(601);
      expect((await client.toSignIn('admin:people')).url).toContain('/sign-in');
    });

    it('is asked anew of a provider that need not say when it was', async () => {
      const partner = await administrator('partners');
      const client = await asking(partner);
      const authorization = await partner.leave(await client.toSignIn('admin:people'));
      expect(Object.fromEntries(authorization.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
      setup.other.say(authorization, { ...claimsOf('partners'), ...SILENT });
      const page = await partner.browser.follow(await partner.comeBack(authorization), setup.service.issuer);
      expect(page.body).toContain('Invite and change people');
    });

    it.each([API, '/admin/mcp'])('is asked of a password of an hour ago, for %s', async (path) => {
      const browser = await signedIn(setup.service);
      const client = new ServiceClient(setup.service, setup.service.issuer + path, undefined, browser);
      await client.register();
      await approve(setup.service, client.clientId);
      expect((await client.toSignIn('admin:people')).body).toContain('Invite and change people');
      setup.service.clock.advance(3_600);
      const { access_token: token } = await client.tokens(ADMINISTRATOR.email, 'admin:people');
      expect(token).toBeTruthy();
      setup.service.clock.advance(3_600);
      expect((await client.toSignIn('admin:people')).url).toContain('/sign-in');
    });
  });

  it('need not be said by Google alone, unless the configuration says otherwise', () => {
    expect(defaultAuthTime('https://accounts.google.com')).toBe('optional');
    expect(defaultAuthTime('https://login.example.com')).toBe('required');
  });
});

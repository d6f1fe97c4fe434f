import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { LyingProvider } from './support/lying-provider.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, fillSignIn, PASSWORD, type Standalone } from './support/standalone.js';

describe('signing in with an identity provider', () => {
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
  const people = () =>
    service.dataSource.query<Record<string, unknown>[]>(
      `SELECT u.name, u.email, u.role, u.groups, a."accountId" AS sub FROM mcp_auth."user" u
       LEFT JOIN mcp_auth."account" a ON a."userId" = u.id AND a."providerId" = $1 ORDER BY u.email`,
      [provider.issuer],
    );
  const named = async (email: string) => (await people()).find((person) => person['email'] === email);
  it('asks with PKCE, state and nonce (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3)', async () => {
    const page = await person.browser.get(`${service.issuer}/sign-in`);
    expect(page.body).toContain('Continue with Company &lt;b>login');
    const { origin, searchParams } = await person.leave(page);
    expect(origin).toBe(provider.issuer);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'service',
      redirect_uri: `${service.issuer}/sign-in/sso/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  it('makes an account with the first sign-in, and finds it by its subject from then on', async () => {
    const answer = await person.signIn(GRACE);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(await person.isSignedIn()).toBe(true);
    expect(await named('grace@example.com')).toEqual({
      name: 'Grace',
      email: 'grace@example.com',
      role: 'member',
      groups: ['a'],
      sub: 'grace',
    });
    person = new FederatedPerson(service, provider);
    await person.signIn({ ...GRACE, email: 'renamed@example.com', groups: ['b', 'c'] });
    expect(await person.isSignedIn()).toBe(true);
    expect(await people()).toHaveLength(2);
    expect(await named('renamed@example.com')).toMatchObject({ groups: ['b', 'c'] });
  });

  it('goes on with the authorization under way', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    person = new FederatedPerson(service, provider, client.browser);
    const authorization = await person.leave(await client.toSignIn('mcp:tools'));
    provider.say(authorization, GRACE);
    const page = await person.browser.follow(await person.comeBack(authorization), service.issuer);
    expect(page.body).toContain('value="approve"');
    const location = (await client.approve(page)).headers.get('location') ?? '';
    expect(new URL(location).searchParams.has('code')).toBe(true);
  });

  it.each<[string, string, Record<string, string>]>([
    ['prompt=login', '0', { prompt: 'login' }],
    ['max_age', '60', { max_age: '60' }],
  ])('asks the provider again for %s', async (_, maxAge, parameters) => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    person = new FederatedPerson(service, provider, client.browser);
    const authorization = await person.leave(await client.toSignIn('mcp:tools', parameters));
    expect(authorization.searchParams.get('max_age')).toBe(maxAge);
    provider.say(authorization, { ...GRACE, auth_time: Math.floor(Date.now() / 1000) - 600 });
    const before = await rows();
    expect((await person.comeBack(authorization)).status).toBe(403);
    expect(await rows()).toEqual(before);
  });

  it.each<[string, Record<string, string>, number]>([
    ['prompt=select_account', { prompt: 'select_account' }, 3_600],
    ['max_age, by a clock that is behind,', { max_age: '60' }, 75],
  ])('asks the provider once for %s, whenever they proved who they are', async (_, parameters, seconds) => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    person = new FederatedPerson(service, provider, client.browser);
    const authorization = await person.leave(await client.toSignIn('mcp:tools', parameters));
    provider.say(authorization, { ...GRACE, auth_time: Math.floor(Date.now() / 1000) - seconds });
    const page = await client.browser.follow(await person.comeBack(authorization), service.issuer);
    expect([page.status, page.url]).toEqual([200, expect.stringContaining('/interaction/')]);
    expect(page.body).toContain('Allow access');
  });

  it('links to the account of an email that the provider speaks for', async () => {
    await service.addMember('grace@example.com', []);
    await person.signIn(GRACE);
    expect(await person.isSignedIn()).toBe(true);
    expect(await named('grace@example.com')).toMatchObject({ sub: 'grace', groups: ['a'] });
  });

  it('takes the word of Entra ID for an email (xms_edov)', async () => {
    const { email_verified: _verified, ...claims } = GRACE;
    await person.signIn({ ...claims, xms_edov: '1' });
    expect(await person.isSignedIn()).toBe(true);
  });

  it('connects an identity for somebody who is signed in, and for nobody else', async () => {
    const connect = async (claims: object, who = person.browser) => {
      const authorization = await person.leave(await person.browser.get(`${service.issuer}/account`));
      provider.say(authorization, { ...claims });
      return person.comeBack(authorization, {}, who);
    };
    const page = await person.browser.get(`${service.issuer}/sign-in`);
    await fillSignIn(person.browser, page, ADMINISTRATOR.email, PASSWORD);
    expect((await connect({ ...GRACE, email: ADMINISTRATOR.email })).headers.get('location')).toBe(
      '/account',
    );
    expect(await named(ADMINISTRATOR.email)).toMatchObject({ sub: 'grace', role: 'administrator' });

    // Somebody else's identity stays somebody else's.
    await service.addMember('eve@example.com', []);
    person = new FederatedPerson(service, provider);
    const other = await person.browser.get(`${service.issuer}/sign-in`);
    await fillSignIn(person.browser, other, 'eve@example.com', PASSWORD);
    const before = await rows();
    expect((await connect(GRACE)).body).toContain('belongs to another account');
    expect(await rows()).toEqual(before);
  });

  it('loses what live tokens have by groups that are gone', async () => {
    await person.signIn({ ...GRACE, groups: ['a', 'b'] });
    const before = await service.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM mcp_auth."oauthRevocation" WHERE kind = 'policy'`,
    );
    person = new FederatedPerson(service, provider);
    await person.signIn({ ...GRACE, groups: ['b'] });
    const after = await service.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM mcp_auth."oauthRevocation" WHERE kind = 'policy'`,
    );
    expect((after[0]?.count ?? 0) - (before[0]?.count ?? 0)).toBe(1);
  });

  it('is asked again when the groups are old', async () => {
    await person.signIn(GRACE);
    const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
    expect((await client.authorize('', 'mcp:tools')).body).toContain('value="approve"');
    // In use all the time, so that the session does not end before.
    for (let hour = 0; hour < 13; hour++) {
      service.clock.advance(3_600);
      await person.browser.get(`${service.issuer}/`);
    }
    expect((await client.toSignIn('mcp:tools')).url).toContain('/sign-in');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { press, signedIn } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditFlushed } from './support/audit.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { CLIENT_SECRET } from './support/lying-provider.js';
import { startStandalone } from './support/standalone.js';

describe('the page of identity providers', () => {
  let setup: Awaited<ReturnType<typeof startFederatedService>>;
  let ada: Browser;

  beforeAll(async () => {
    setup = await startFederatedService();
  });
  afterAll(() => setup.close());
  beforeEach(async () => {
    await setup.reset();
    ada = await signedIn(setup.service);
  });

  const page = async () => (await ada.get(`${setup.service.issuer}/admin/providers`)).body;
  const overview = async () => (await ada.get(`${setup.service.issuer}/admin`)).body;
  const check = () => press(setup.service, ada, '/admin/providers/check');
  /** What the page says of one. */
  const section = async (id: string) =>
    new RegExp(`<section aria-labelledby="provider-${id}"[^]*?</section>`).exec(await page())?.[0] ?? '';

  it('says what is configured, and neither the secret nor the markup of a name', async () => {
    const body = await page();
    for (const said of [
      setup.provider.issuer,
      `${setup.service.issuer}/sign-in/sso/callback`,
      'example.com',
      'Company &lt;b>login',
    ])
      expect(body).toContain(said);
    expect(body).not.toContain(CLIENT_SECRET);
    expect(await section('partners')).toContain('Nobody has needed it since this replica started.');
  });

  it('asks them when somebody wants to know, and says of one that is away why; it stays in use', async () => {
    expect((await check()).headers.get('location')).toBe('/admin/providers');
    expect(await section('sso')).toContain('Well');
    setup.provider.mischief = { '/.well-known/openid-configuration': 'fails' };
    await check();
    expect(await section('sso')).toContain('Not well');
    expect(await section('sso')).toContain('cannot be reached at the moment');
    expect(await section('partners')).toContain('>Well<');
    expect(await overview()).toContain('The page of identity providers says why.');
    const grace = new FederatedPerson(setup.service, setup.provider);
    expect((await grace.signIn(GRACE)).status).toBe(303);
    setup.provider.mischief = {
      '/.well-known/openid-configuration': { issuer: 'https://evil.example/"><b>' },
    };
    await check();
    expect(await section('sso')).toContain('cannot be trusted');
    expect(await section('sso')).not.toContain('<b>');
    setup.provider.reset();
    await check();
    expect(await section('sso')).not.toContain('Not well');
    expect(await overview()).not.toContain('The page of identity providers says why.');
  });

  it('says which keys this replica checks signatures with, and reads them when it asks (OpenID Connect Discovery §3)', async () => {
    const { provider, service } = setup;
    expect(await section('partners')).not.toContain('Not read yet');
    await check();
    expect(await section('sso')).toMatch(/Signing keys.*<code><bdi>[^<]+<\/bdi><\/code>.*Read <time/);
    const wrong: [NonNullable<(typeof provider.mischief)[string]>, string][] = [
      ['fails', 'cannot be reached at the moment'],
      [{ keys: 'none' }, 'no key set'],
      [{ keys: [] }, 'It publishes no key'],
    ];
    for (const [mischief, said] of wrong) {
      provider.mischief = { '/jwks': mischief };
      await check();
      expect(await section('sso')).toContain('Not well');
      expect(await section('sso')).toContain(said);
      expect(await section('sso')).toMatch(/Signing keys.*<code>/);
    }
    provider.reset();
    await check();
    expect(await section('sso')).not.toContain('Not well');
    expect((await new FederatedPerson(service, provider).signIn(GRACE)).status).toBe(303);
  });

  it('lets people sign in while it is asked, and once it is well again, however often it was asked', async () => {
    setup.provider.mischief = { '/.well-known/openid-configuration': 'fails' };
    for (let round = 0; round < 2; round += 1) {
      const checks = Promise.all([check(), check(), check()]);
      const grace = new FederatedPerson(setup.service, setup.provider);
      expect((await grace.signIn(GRACE)).status).toBe(303);
      await checks;
    }
    expect(await section('sso')).toContain('Not well');
    setup.provider.reset();
    const grace = new FederatedPerson(setup.service, setup.provider);
    expect((await grace.signIn(GRACE)).status).toBe(303);
  });

  it('says when somebody signed in last, and who was refused why', async () => {
    const grace = new FederatedPerson(setup.service, setup.provider);
    await grace.signIn(GRACE);
    await new FederatedPerson(setup.service, setup.provider).signIn({ sub: 'eve', email: 'eve@example.com' });
    await auditFlushed(setup.service);
    const said = await section('sso');
    expect(said).not.toContain('None among the last 5,000 sign-ins');
    expect(said).toContain('does not say that your email address is yours');
    expect(await section('partners')).toContain('None among the last 5,000 sign-ins');
    const token = await adminToken(setup.service, 'admin:read');
    const { status, body } = await api(setup.service, token, 'GET', '/providers');
    expect([status, body]).toMatchObject([
      200,
      {
        items: [
          {
            id: 'sso',
            issuer: setup.provider.issuer,
            authTime: 'required',
            lastSignInAt: expect.any(String) as string,
            lastRefusal: expect.stringContaining('does not say') as string,
          },
          { id: 'partners', lastSignInAt: null, lastRefusal: null },
        ],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(CLIENT_SECRET);
  });

  it('looks for them among the last 5,000 sign-ins', async () => {
    const others = (count: number, first: number) =>
      setup.service.dataSource.query(
        `INSERT INTO mcp_auth."auditEvent" ("id", "at", "action", "outcome", "detail", "position", "mac")
        SELECT gen_random_uuid(), now(), 'sign-in', 'success', '{"method": "other"}', $2::integer + n, 'made up'
        FROM generate_series(1, $1::integer) n`,
        [count, first],
      );
    const grace = new FederatedPerson(setup.service, setup.provider);
    await grace.signIn(GRACE);
    await auditFlushed(setup.service);
    await others(4_999, 900_000);
    expect(await section('sso')).not.toContain('None among the last');
    await others(1, 950_000);
    expect(await section('sso')).toContain('None among the last 5,000 sign-ins');
  });

  it('says what to do where there is none', async () => {
    const service = await startStandalone();
    const { body } = await (await signedIn(service)).get(`${service.issuer}/admin/providers`);
    await service.close();
    expect(body).toContain('There is none: people sign in with a password.');
  });
});

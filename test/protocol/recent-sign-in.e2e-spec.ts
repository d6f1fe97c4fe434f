import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignedIn } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { DeviceClient } from '../support/device.js';
import { TestAccounts } from '../support/host.js';
import { authorizationError, redirectParameters } from '../support/oauth-client.js';
import { PushingClient } from '../support/pushing-client.js';

/** Ten minutes. */
const RECENT = 600;

describe('a resource that wants a recent sign-in (`maxAge`)', () => {
  let service: TestService;
  let client: PushingClient;
  let vault: { resource: string; scope: string };

  beforeAll(async () => {
    service = await startService({ deviceAuthorization: true });
    vault = { resource: `${service.issuer}/vault`, scope: 'vault:open' };
    await service.resources.save({
      identifier: vault.resource,
      scopes: { 'vault:open': 'Open the vault' },
      maxAge: RECENT,
    });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new PushingClient(service).register();
  });

  const isAtSignIn = async (answer: Promise<{ headers: Headers }>) =>
    (await answer).headers.get('location')?.startsWith('/sign-in') ?? false;

  it('is remembered as the resource says, on every replica', () => {
    expect(service.resources.find(vault.resource)?.maxAge).toBe(RECENT);
    expect(service.resources.find(service.resource)?.maxAge).toBe(null);
  });

  it('asks nobody who has just signed in', async () => {
    await client.code();
    service.clock.advance(RECENT - 10);
    expect((await client.follow(await client.authorize(vault))).body).toContain('Open the vault');
  });

  it('asks whoever signed in before that, although they allowed it before, and nobody at another resource', async () => {
    await client.code();
    await client.code(vault);
    service.clock.advance(RECENT + 1);
    expect(redirectParameters(await client.authorize()).get('code')).toBeTruthy();
    const page = await client.follow(await client.authorize(vault));
    expect(page.url).toContain('/sign-in');
    expect(redirectParameters(await client.signIn(page)).get('code')).toBeTruthy();
  });

  it('goes by the stricter of the two where the client says max_age (OpenID Connect Core §3.1.2.1)', async () => {
    await client.code(vault);
    service.clock.advance(60);
    expect(redirectParameters(await client.authorize({ ...vault, max_age: '61' })).get('code')).toBeTruthy();
    expect(await isAtSignIn(client.authorize({ ...vault, max_age: '59' }))).toBe(true);
    service.clock.advance(RECENT);
    expect(await isAtSignIn(client.authorize({ ...vault, max_age: '999999' }))).toBe(true);
  });

  it('answers login_required to prompt=none, and begins nothing (OpenID Connect Core §3.1.2.6)', async () => {
    await client.code(vault);
    service.clock.advance(RECENT + 1);
    const before = await service.snapshot();
    expect(authorizationError(await client.authorize({ ...vault, prompt: 'none' }))).toBe('login_required');
    expect(await service.snapshot()).toEqual(before);
  });

  it('asks on a page that was open for too long, too: nothing is granted', async () => {
    await client.code();
    service.clock.advance(RECENT - 10);
    const page = await client.follow(await client.authorize(vault));
    expect(page.body).toContain('Open the vault');
    service.clock.advance(20);
    const before = await service.snapshot();
    const answer = await client.follow(await client.approve(page));
    expect(answer.url).toContain('/sign-in');
    expect(await service.snapshot()).toEqual(before);
  });

  it('asks for a pushed request (RFC 9126)', async () => {
    await client.code();
    service.clock.advance(RECENT + 1);
    expect(await isAtSignIn(client.open(await client.pushed(vault)))).toBe(true);
  });

  it('asks for a device (RFC 8628)', async () => {
    const device = await new DeviceClient(service, client.browser).register();
    await client.code();
    service.clock.advance(RECENT + 1);
    const { user_code: code } = await device.codes(vault);
    const page = await device.follow(await device.enter(code));
    expect(page.url).toContain('/sign-in');
    expect((await device.signIn(page)).body).toContain('Open the vault');
  });

  it('lets tokens be refreshed however old the sign-in is', async () => {
    const { refresh_token: token } = await client.tokens(vault);
    service.clock.advance(86_400);
    expect((await client.refresh(token)).status).toBe(200);
  });

  it('takes no sign-in of which nobody knows when it was', async () => {
    await client.code(vault);
    const accounts = service.application.get(TestAccounts);
    const current = accounts.current.bind(accounts);
    accounts.current = async (request): Promise<SignedIn | null | undefined> => {
      const signedIn = await current(request);
      return signedIn && { ...signedIn, assumed: true };
    };
    try {
      for (const more of [vault, { max_age: '999999' }, { prompt: 'login' }])
        expect(await isAtSignIn(client.authorize(more))).toBe(true);
      const page = await client.follow(await client.authorize(vault));
      expect((await client.signIn(page)).url).toContain('/sign-in');
      const answer = await client.follow(await client.authorize());
      expect(answer.body).toContain('Test client');
    } finally {
      accounts.current = current;
    }
  });

  it.each([0, -1, 1.5, 1e9, '600', null])('cannot say %j', async (maxAge) => {
    const resource = { identifier: `${service.issuer}/other`, scopes: {}, maxAge: maxAge as number };
    await expect(service.resources.save(resource)).rejects.toThrow(/maxAge/);
  });
});

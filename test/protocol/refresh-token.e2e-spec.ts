import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { LOOPBACK_REDIRECT, OAuthTestClient } from '../support/oauth-client.js';

describe('OAuth 2.1 refresh token grant', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  it('rotates the refresh token at every use (OAuth 2.1 §4.3.1)', async () => {
    const first = await client.tokens();
    const second = await client.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.headers.get('cache-control')).toBe('no-store');
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(second.body.scope).toBe('notes:read');
    const third = await client.refresh(second.body.refresh_token);
    expect(third.status).toBe(200);
    expect((await client.call(third.body.access_token)).status).toBe(200);
  });

  it('answers the same successor inside the grace window, with an access token of its own (OAuth 2.1 §4.3.1)', async () => {
    const { refresh_token: token } = await client.tokens();
    const [one, two] = [await client.refresh(token), await client.refresh(token)];
    expect(two.body.refresh_token).toBe(one.body.refresh_token);
    expect(two.body.access_token).not.toBe(one.body.access_token);
    for (const { body } of [one, two]) expect((await client.call(body.access_token)).status).toBe(200);
  });

  it('revokes the whole grant when a rotated refresh token is replayed after it (RFC 9700 §4.14.2)', async () => {
    const { refresh_token: token } = await client.tokens();
    const next = await client.refresh(token);
    service.clock.advance(91);
    const replay = await client.refresh(token);
    expect(replay.status).toBe(400);
    expect(replay.body.error).toBe('invalid_grant');
    expect((await client.call(next.body.access_token)).status).toBe(401);
    expect((await client.refresh(next.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('narrows the scope for one answer and never widens it (RFC 6749 §6)', async () => {
    const tokens = await client.tokens({ scope: 'notes:read notes:write' });
    const narrowed = await client.refresh(tokens.refresh_token, { scope: 'notes:read' });
    expect(narrowed.body.scope).toBe('notes:read');
    const before = await service.snapshot();
    const widened = await client.refresh(narrowed.body.refresh_token, { scope: 'notes:read notes:admin' });
    expect(widened.status).toBe(400);
    expect(widened.body.error).toBe('invalid_scope');
    expect(await service.snapshot()).toEqual(before);
    const whole = await client.refresh(narrowed.body.refresh_token);
    expect(whole.body.scope).toBe('notes:read notes:write');
  });

  it('refuses another resource and inherits the granted one (RFC 8707 §2.2)', async () => {
    const { refresh_token: token } = await client.tokens();
    const refused = await client.refresh(token, { resource: service.secondResource });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toBe('invalid_target');
    expect((await client.refresh(token, { resource: service.resource })).status).toBe(200);
  });

  it('refuses the refresh token of another client, and leaves it good (RFC 6749 §6)', async () => {
    const { refresh_token: token } = await client.tokens();
    const other = await new OAuthTestClient(service).register();
    const before = await service.snapshot();
    const refused = await other.refresh(token);
    expect(refused.body.error).toBe('invalid_grant');
    expect(await service.snapshot()).toEqual(before);
    expect((await client.refresh(token)).status).toBe(200);
  });

  it('ends with the account: a disabled person gets no more tokens, ever', async () => {
    const { refresh_token: token, access_token: access } = await client.tokens();
    service.accounts.disable('alice');
    const refused = await client.refresh(token);
    service.accounts.enable('alice');
    expect(refused.body.error).toBe('invalid_grant');
    expect((await client.refresh(token)).body.error).toBe('invalid_grant');
    expect((await client.call(access)).status).toBe(401);
  });

  it('ends with the client: a disabled one is not known any more (RFC 6749 §5.2)', async () => {
    const { refresh_token: token } = await client.tokens();
    const id = client.credentials.client_id;
    await service.sql('UPDATE "oauthApplication" SET disabled = true WHERE "clientId" = $1', [id]);
    const refused = await client.refresh(token);
    expect(refused.status).toBe(401);
    expect(refused.body.error).toBe('invalid_client');
    expect((await client.refresh(token)).status).toBe(401);
  });

  it('ends after its absolute lifetime, whatever is refreshed (RFC 9700 §2.2.2)', async () => {
    const short = await startService({ oidcConfig: { grantMaxAge: 100, refreshTokenExpiresIn: 80 } });
    const patient = await new OAuthTestClient(short).register();
    const tokens = await patient.tokens();
    expect(tokens.expires_in).toBeLessThanOrEqual(100);
    short.clock.advance(60);
    const second = await patient.refresh(tokens.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.expires_in).toBeLessThanOrEqual(40);
    short.clock.advance(41);
    expect((await patient.refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
    await short.close();
  });

  it.each([
    [['authorization_code'], 'notes:read', false],
    [['authorization_code'], 'notes:read offline_access', true],
    [['authorization_code', 'refresh_token'], 'notes:read', true],
  ])('issues refresh tokens to %j asking for "%s": %s', async (grantTypes, scope, issued) => {
    const asking = await new OAuthTestClient(service).register({ grant_types: grantTypes });
    const tokens = await asking.tokens({ scope });
    expect('refresh_token' in tokens).toBe(issued);
  });

  it('forgets the sealed successor when the grace window has closed', async () => {
    client.redirectUri = LOOPBACK_REDIRECT;
    await client.register();
    const { refresh_token: token } = await client.tokens();
    await client.refresh(token);
    const sealed = async () => {
      const [row] = await service.sql<{ successorSealed: Buffer | null }>(
        'SELECT "successorSealed" FROM "oauthAccessToken" WHERE "rotatedAt" IS NOT NULL AND "clientId" = $1',
        [client.credentials.client_id],
      );
      return row?.successorSealed;
    };
    await service.prune();
    expect((await sealed())?.length).toBeGreaterThan(40);
    service.clock.advance(91);
    await service.prune();
    expect(await sealed()).toBeNull();
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INTROSPECTION, startReplicas, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('the secret of a client', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new OAuthTestClient(first).register({ token_endpoint_auth_method: 'client_secret_post' });
  });

  /** `invalid_grant` says that the client was authenticated, `invalid_client` that it was not. */
  const answers = async (secret: string, service: TestService) =>
    (await client.refresh('unknown', { client_secret: secret }, service)).body.error;
  const everywhere = (secret: string, error: string) =>
    eventually(
      async () => (await answers(secret, first)) === error && (await answers(secret, second)) === error,
    );
  const id = () => client.credentials.client_id;
  const current = () => client.credentials.client_secret ?? '';

  it('rotates with an overlap in which both work, on every replica', async () => {
    await everywhere(current(), 'invalid_grant');
    const next = (await first.clients.rotateSecret(id(), { overlap: 60 })) ?? '';
    await everywhere(next, 'invalid_grant');
    await everywhere(current(), 'invalid_grant');
    first.clock.advance(61);
    await everywhere(current(), 'invalid_client');
    await everywhere(next, 'invalid_grant');
    expect(await first.sql('SELECT 1 FROM "oauthApplication" WHERE "clientSecret" = $1', [next])).toEqual([]);
  });

  it('ends at once without an overlap', async () => {
    await everywhere(current(), 'invalid_grant');
    const next = (await second.clients.rotateSecret(id(), { overlap: 0 })) ?? '';
    await everywhere(current(), 'invalid_client');
    await everywhere(next, 'invalid_grant');
  });

  it('stops working when it was told to expire (RFC 7591 §3.2.1)', async () => {
    const next = (await first.clients.rotateSecret(id(), { overlap: 0, expiresIn: 30 })) ?? '';
    await everywhere(next, 'invalid_grant');
    first.clock.advance(31);
    await everywhere(next, 'invalid_client');
    const third = (await first.clients.rotateSecret(id(), { overlap: 600 })) ?? '';
    await everywhere(third, 'invalid_grant');
    await everywhere(next, 'invalid_client');
  });

  it('is not given to a client without one, to nobody, or to one that the options set', async () => {
    const open = await new OAuthTestClient(first).register();
    const before = await first.sql('SELECT * FROM "oauthApplication" ORDER BY "clientId"');
    for (const clientId of [open.credentials.client_id, 'nobody', INTROSPECTION.clientId])
      expect(await first.clients.rotateSecret(clientId)).toBeNull();
    expect(await first.sql('SELECT * FROM "oauthApplication" ORDER BY "clientId"')).toEqual(before);
  });

  it('is refused while the client is disabled, and works again afterwards', async () => {
    await everywhere(current(), 'invalid_grant');
    await first.clients.disable(id());
    await everywhere(current(), 'invalid_client');
    await second.clients.enable(id());
    await everywhere(current(), 'invalid_grant');
  });
});

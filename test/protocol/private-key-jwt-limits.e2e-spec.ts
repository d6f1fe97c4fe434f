import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ForeignFetch, ForeignFetchError } from '../../src/fetching/foreign-fetch.js';
import { startService, type TestService } from '../support/app.js';
import { AssertingClient, ec, publicJwk } from '../support/assertions.js';

describe('private_key_jwt with clocks that are off, keys elsewhere, old clients and floods', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ tokenEndpointAudience: true, rateLimit: true });
  });
  afterAll(() => service.close());

  it('answers 503 while the keys of a client cannot be reached, and the same assertion works later (RFC 9110 §15.6.4)', async () => {
    const uri = 'https://127.0.0.1.nip.example/keys.json';
    const client = await new AssertingClient(service).register({ jwks: undefined, jwks_uri: uri });
    const assertion = await client.sign();
    const json = vi.spyOn(ForeignFetch.prototype, 'json');
    for (let attempt = 0; attempt < 2; attempt++) {
      json.mockRejectedValueOnce(new ForeignFetchError('unreachable', 'It cannot be reached.'));
      const before = await service.snapshot();
      const answer = await client.present(assertion);
      expect([answer.status, answer.body.error, answer.headers.get('retry-after')]).toEqual([
        503,
        'temporarily_unavailable',
        '1',
      ]);
      expect(await service.snapshot()).toEqual(before);
      service.clock.advance(11);
    }
    for (const failure of ['gone', 'wrong', 'refused'] as const) {
      json.mockRejectedValueOnce(new ForeignFetchError(failure, 'It is not there.'));
      expect((await client.present(await client.sign())).body.error).toBe('invalid_client');
      service.clock.advance(11);
    }
    json.mockResolvedValueOnce({
      content: { keys: [{ ...publicJwk(client.key), kid: 'one' }] },
      status: 200,
      headers: {},
    });
    expect((await client.present(assertion)).body.error).toBe('invalid_grant');
    json.mockRestore();
  });

  describe('by its times and its type', () => {
    let client: AssertingClient;
    beforeAll(async () => {
      client = await new AssertingClient(service).register();
    });

    it.each([
      ['as the SDKs make it, by a clock that is right', 0, 300],
      ['as the SDKs make it, by a clock that is one second ahead', 1, 301],
      ['as the SDKs make it, by a clock that is ten seconds ahead', 10, 310],
      ['as the SDKs make it, by a clock that is ten seconds late', -10, 290],
      ['at the end of its life', -299, 1],
      ['ten seconds after its end', -300, -9],
    ])('is taken %s (RFC 7523 §3)', async (_, iat, exp) => {
      // In the middle of a second, which is then the same by the database's clock.
      service.clock.advance(((1_500 - (service.clock.now() % 1_000)) % 1_000) / 1_000);
      const now = client.now();
      const assertion = await client.sign(client.claims({ iat: now + iat, exp: now + exp }));
      expect((await client.present(assertion)).body.error).toBe('invalid_grant');
    });

    it.each(['JWT', 'jwt', 'client-authentication+jwt', 'application/client-authentication+jwt'])(
      'may say that it is one by the type %s (draft-ietf-oauth-rfc7523bis §4)',
      async (typ) => {
        const assertion = new SignJWT(client.claims()).setProtectedHeader({ alg: 'ES256', kid: 'one', typ });
        const { body } = await client.present(await assertion.sign(client.key));
        expect(body.error).toBe('invalid_grant');
      },
    );
  });

  it('may name the token endpoint where old clients are let in, and nothing else (RFC 7523 §3)', async () => {
    const client = await new AssertingClient(service).register();
    const { issuer } = service;
    const present = async (aud: string | string[]) =>
      (await client.present(await client.sign(client.claims({ aud })))).body.error;
    for (const aud of [issuer, `${issuer}/token`, [`${issuer}/token`]])
      expect(await present(aud)).toBe('invalid_grant');
    for (const aud of [`${issuer}/revoke`, [issuer, `${issuer}/token`]])
      expect(await present(aud)).toBe('invalid_client');
  });

  it('costs an address no more than 300 junk signatures a minute, and nobody who proved itself there', async () => {
    const [good, junk] = [
      await new AssertingClient(service).register(),
      await new AssertingClient(service).register(),
    ];
    expect((await good.present(await good.sign())).body.error).toBe('invalid_grant');
    const stranger = ec();
    const fail = async () => (await junk.present(await junk.sign(undefined, stranger))).status;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 301; attempt++) statuses.push(await fail());
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    expect((await good.present(await good.sign())).body.error).toBe('invalid_grant');
  });
});

import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReplicas, type TestService } from '../support/app.js';
import { ASSERTION_TYPE, ec, publicJwk, withStrayBits } from '../support/assertions.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

describe('RFC 7523 client authentication with private_key_jwt', () => {
  const key = ec();
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  const registered = (metadata: Json = {}) =>
    new OAuthTestClient(first).register({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] },
      ...metadata,
    });
  beforeEach(async () => {
    client = await registered();
  });

  const now = () => Math.floor(first.clock.now() / 1000);
  const id = () => client.credentials.client_id;
  const claims = (overrides: JWTPayload = {}): JWTPayload => ({
    iss: id(),
    sub: id(),
    aud: first.issuer,
    jti: randomUUID(),
    iat: now(),
    exp: now() + 60,
    ...overrides,
  });
  const sign = (payload = claims(), alg = 'ES256', signer: KeyObject | Uint8Array = key, kid = 'one') =>
    new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(signer);
  /** `invalid_grant` says that the client was authenticated. */
  const present = async (assertion: string, fields: Record<string, string> = {}, service = first) =>
    (
      await client.token(
        {
          grant_type: 'refresh_token',
          refresh_token: 'unknown',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: assertion,
          ...fields,
        },
        { service },
      )
    ).body.error;
  const AUTHENTICATED = 'invalid_grant';

  it('lets a client prove itself at the token endpoint, with and without naming itself (RFC 7521 §4.2)', async () => {
    const code = await client.code();
    const answer = await client.exchange(code, {
      client_id: undefined,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await sign(),
    });
    expect(answer.status).toBe(200);
    const refreshed = await client.refresh(answer.body.refresh_token, {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await sign(claims({ aud: [first.issuer] })),
    });
    expect(refreshed.status).toBe(200);
  });

  it.each([
    ['the issuer', (issuer: string) => issuer],
    ['the issuer in an array', (issuer: string) => [issuer]],
  ])('is meant for %s (draft-ietf-oauth-rfc7523bis §4)', async (_, audience) => {
    expect(await present(await sign(claims({ aud: audience(first.issuer) })))).toBe(AUTHENTICATED);
  });

  it.each<[string, () => JWTPayload]>([
    ['without exp', () => claims({ exp: undefined })],
    ['that has expired', () => claims({ exp: now() - 11 })],
    ['that lives too long', () => claims({ exp: now() + 301 })],
    ['that lives too long, and says not since when', () => claims({ iat: undefined, exp: now() + 312 })],
    ['that lives for ever', () => claims({ exp: 1e300 })],
    ['that lived too long', () => claims({ iat: now() - 300, exp: now() + 60 })],
    ['from the future', () => claims({ iat: now() + 60, exp: now() + 120 })],
    ['of a clock that is too far ahead', () => claims({ iat: now() + 12, exp: now() + 60 })],
    ['that is not valid yet', () => claims({ nbf: now() + 60 })],
    ['without jti', () => claims({ jti: undefined })],
    ['with an empty jti', () => claims({ jti: '' })],
    ['with an endless jti', () => claims({ jti: 'x'.repeat(501) })],
    ['with a jti that is a number', () => ({ ...claims(), jti: 1 as unknown as string })],
    ['for another audience', () => claims({ aud: 'https://other.example' })],
    ['for another audience too', () => claims({ aud: [first.issuer, 'https://other.example'] })],
    ['for no audience', () => claims({ aud: [] })],
    ['for the token endpoint', () => claims({ aud: `${first.issuer}/token` })],
    ['for the token endpoint in an array', () => claims({ aud: [`${first.issuer}/token`] })],
    ['for the issuer and the token endpoint', () => claims({ aud: [first.issuer, `${first.issuer}/token`] })],
    ['for the issuer twice', () => claims({ aud: [first.issuer, first.issuer] })],
    ['for the issuer in capitals', () => claims({ aud: first.issuer.toUpperCase() })],
    ['for another endpoint', () => claims({ aud: `${first.issuer}/revoke` })],
    ['for the issuer with a slash', () => claims({ aud: `${first.issuer}/` })],
    ['of another issuer', () => claims({ iss: 'someone' })],
    ['of nobody', () => claims({ iss: undefined })],
    ['for an unknown client', () => claims({ iss: 'unknown', sub: 'unknown' })],
    ['for another client', () => claims({ sub: 'other' })],
    ['without sub', () => claims({ sub: undefined })],
  ])('refuses an assertion %s (RFC 7523 §3)', async (_, payload) => {
    const before = await first.snapshot();
    expect(await present(await sign(payload()))).toBe('invalid_client');
    expect(await first.snapshot()).toEqual(before);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['signed with another key', () => sign(claims(), 'ES256', ec())],
    ['signed with another key under an unknown id', () => sign(claims(), 'ES256', ec(), 'two')],
    ['that is not signed', () => new UnsecuredJWT(claims()).encode()],
    [
      'signed with the public key as a secret',
      () =>
        sign(
          claims(),
          'HS256',
          Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()),
        ),
    ],
    ['with a changed signature', async () => (await sign()).replace(/.{4}$/, 'AAAA')],
    ['with a blank after it', async () => `${await sign()} `],
    ['with a line break in its signature', async () => (await sign()).replace(/.{4}$/, '\n$&')],
    ['with padding', async () => `${await sign()}==`],
    ['with stray bits at its end', async () => withStrayBits(await sign())],
    ...[5, null, {}, [], ''].map((typ): [string, () => Promise<string>] => [
      `of the type ${JSON.stringify(typ)}`,
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'ES256', kid: 'one', typ } as JWTHeaderParameters)
          .sign(key),
    ]),
    ['of three dots', () => '...'],
    ['of text', () => 'text'],
    ['of 9 kB', () => `${'x'.repeat(9_000)}.x.x`],
  ])('refuses an assertion %s (RFC 7515 §5.2)', async (_, assertion) => {
    const before = await first.snapshot();
    expect(await present(await assertion())).toBe('invalid_client');
    expect(await first.snapshot()).toEqual(before);
  });

  it('takes an assertion once, on all replicas together (RFC 7523 §3)', async () => {
    const assertion = await sign();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => present(assertion, {}, index % 2 === 0 ? first : second)),
    );
    expect(answers.filter((error) => error === AUTHENTICATED)).toHaveLength(1);
    expect(answers.filter((error) => error === 'invalid_client')).toHaveLength(19);
    const other = await registered();
    client = other;
    const { jti } = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as {
      jti: string;
    };
    expect(await present(await sign(claims({ jti })))).toBe(AUTHENTICATED);
  });

  it('forgets an assertion when it would be refused anyway', async () => {
    const uses = () => first.sql('SELECT 1 FROM "oauthReplay"');
    await present(await sign());
    expect((await uses()).length).toBeGreaterThan(0);
    first.clock.advance(310 + 12);
    await first.prune();
    expect(await uses()).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['a secret', { client_secret: 'x', client_id: 'x' }],
    ['Basic credentials', {}],
  ])('refuses an assertion together with %s (RFC 6749 §2.3)', async (name, fields) => {
    const headers: Record<string, string> =
      name === 'a secret' ? {} : { authorization: `Basic ${Buffer.from(`${id()}:x`).toString('base64')}` };
    const { status, body } = await client.token(
      {
        grant_type: 'refresh_token',
        refresh_token: 'unknown',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await sign(),
        ...fields,
      },
      { headers },
    );
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });

  it('refuses a request that names another client than its assertion (RFC 7521 §4.2)', async () => {
    expect(await present(await sign(), { client_id: 'other' })).toBe('invalid_request');
  });

  it.each([
    ['another type', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
    ['the name of the client alone', { client_assertion_type: '', client_assertion: '' }],
    ['a secret instead', { client_assertion_type: '', client_assertion: '', client_secret: 'x' }],
  ])('refuses %s from a client with keys (RFC 7521 §4.2)', async (_, fields) => {
    expect(await present(await sign(), { client_id: id(), ...fields })).toBe('invalid_client');
  });

  it.each([
    ['no type', { client_assertion_type: '' }],
    ['no assertion', { client_assertion: '' }],
  ])('refuses %s (RFC 7521 §4.2)', async (_, fields) => {
    expect(await present(await sign(), fields)).toBe('invalid_request');
  });

  it('refuses an assertion of a client that registered another method', async () => {
    client = await new OAuthTestClient(first).register({ token_endpoint_auth_method: 'none' });
    expect(await present(await sign())).toBe('invalid_client');
  });

  it.each([
    ['PS256', () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey],
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey],
    ['EdDSA', () => generateKeyPairSync('ed25519').privateKey],
    ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ])('takes %s, also where several keys have no id (RFC 7518 §3.1)', async (alg, generate) => {
    const [one, two] = [generate(), generate()];
    client = await registered({ jwks: { keys: [publicJwk(one), publicJwk(two)] } });
    for (const signer of [one, two])
      expect(await present(await new SignJWT(claims()).setProtectedHeader({ alg }).sign(signer))).toBe(
        AUTHENTICATED,
      );
  });

  it.each<[string, unknown]>([
    ['no keys', undefined],
    ['an array', []],
    ['text', 'keys'],
    ['an empty set', { keys: [] }],
    ['too many keys', { keys: Array.from({ length: 21 }, () => publicJwk(key)) }],
    ['a private key', { keys: [key.export({ format: 'jwk' })] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }],
    ['nonsense', { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }],
    ['no object', { keys: ['key'] }],
    [
      'a short RSA key',
      { keys: [publicJwk(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey)] },
    ],
  ])('does not register a client with %s (RFC 7591 §2)', async (_, jwks) => {
    const before = await first.snapshot();
    await expect(registered({ jwks })).rejects.toThrow('invalid_client_metadata');
    expect(await first.snapshot()).toEqual(before);
  });

  it.each([
    ['both jwks and jwks_uri', { jwks_uri: 'https://client.example/jwks' }],
    ['a jwks_uri over http', { jwks: undefined, jwks_uri: 'http://client.example/jwks' }],
  ])('does not register a client with %s (RFC 7591 §2)', async (_, metadata) => {
    await expect(registered(metadata)).rejects.toThrow('invalid_client_metadata');
  });

  it('keeps of a key what it is made of, and gives no secret (RFC 7591 §3.2.1)', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`) as unknown;
    client = await registered({ jwks: { keys: [{ ...publicJwk(key), kid: 'one', deep }] } });
    expect(client.credentials).toMatchObject({ jwks: { keys: [{ ...publicJwk(key), kid: 'one' }] } });
    expect(client.credentials).not.toHaveProperty('client_secret');
    expect(JSON.stringify(client.credentials)).not.toContain('deep');
    expect(await present(await sign())).toBe(AUTHENTICATED);
  });

  it('spends one statement more than a secret does', async () => {
    const other = await new OAuthTestClient(first).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    /** Of the quietest round: in others, the background reads the revocation feed. */
    const fewest = async (send: () => Promise<unknown>) => {
      const spent: number[] = [];
      for (let round = 0; round < 15; round++) {
        const before = first.statements();
        await send();
        spent.push(first.statements() - before);
      }
      return Math.min(...spent);
    };
    const withSecret = await fewest(() => other.refresh('unknown'));
    expect(await fewest(async () => present(await sign()))).toBe(withSecret + 1);
  });

  it('is advertised with its algorithms (RFC 8414 §2)', async () => {
    const response = await fetch(`${first.origin}/.well-known/oauth-authorization-server`);
    const metadata = (await response.json()) as Json;
    expect(metadata['token_endpoint_auth_methods_supported']).toContain('private_key_jwt');
    expect(metadata['token_endpoint_auth_signing_alg_values_supported']).toEqual(
      expect.arrayContaining(['ES256', 'RS256', 'PS256', 'EdDSA']),
    );
    expect(JSON.stringify(metadata['token_endpoint_auth_signing_alg_values_supported'])).not.toMatch(
      /HS|none/,
    );
  });
});

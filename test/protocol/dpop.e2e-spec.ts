import { KeyObject } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReplicas, type TestService } from '../support/app.js';
import { type ProofParts, ProofKey } from '../support/dpop.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';
import { resigned } from '../support/signed-text.js';

const TOKEN_TYPE = 'dpop+jwt';
const identity = ({ credentials: { client_id, client_secret } }: OAuthTestClient) => ({
  client_id,
  client_secret,
});

describe('tokens that are bound to a key at the token endpoint (RFC 9449 §5)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let key: ProofKey;
  let client: OAuthTestClient;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas());
    key = await ProofKey.make();
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const url = () => `${service.issuer}/token`;
  const proof = (parts: Partial<ProofParts> = {}, by = key) =>
    by.proof({ url: url(), now: service.clock.now(), ...parts });
  const exchange = (code: string, dpop: string | null, at = service, of = client) =>
    of.token(
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: of.pkce.verifier,
        redirect_uri: of.redirectUri,
        ...identity(of),
      },
      { service: at, headers: dpop === null ? {} : { dpop } },
    );
  const refresh = (refreshToken: string, dpop: string | null, of = client, at = service) =>
    of.token(
      { grant_type: 'refresh_token', refresh_token: refreshToken, ...identity(of) },
      { service: at, headers: dpop === null ? {} : { dpop } },
    );

  it('names the algorithms in the metadata of the server, and no symmetric one (RFC 9449 §5.1)', async () => {
    const answer = await fetch(client.at('/.well-known/oauth-authorization-server'));
    const { dpop_signing_alg_values_supported: algorithms } = (await answer.json()) as Json;
    expect(algorithms).toEqual(['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519']);
  });

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'])(
    'binds the access token to a key for %s (RFC 9449 §6.1)',
    async (alg) => {
      const by = await ProofKey.make(alg);
      const { status, body } = await exchange(await client.code(), await proof({}, by));
      expect([status, body['token_type']]).toEqual([200, 'DPoP']);
      expect(decodeJwt(body.access_token)['cnf']).toEqual({ jkt: by.thumbprint });
    },
  );

  it('issues bearer tokens to a client that brings no proof', async () => {
    const { status, body } = await exchange(await client.code(), null);
    expect([status, body['token_type']]).toEqual([200, 'Bearer']);
    expect(decodeJwt(body.access_token)['cnf']).toBeUndefined();
  });

  it.each<[string, Partial<ProofParts> | ((good: string) => string)]>([
    ['another type', { header: { typ: 'jwt' } }],
    ['no type', { header: { typ: undefined } }],
    ['no key', { header: { jwk: undefined } }],
    ['a key that is a text', { header: { jwk: 'key' } }],
    ['a critical header that nobody knows', { header: { crit: ['b64'], b64: true } }],
    ['no jti', { claims: { jti: undefined } }],
    ['a jti that is a number', { claims: { jti: 7 as unknown as string } }],
    ['a jti of 501 characters', { claims: { jti: 'x'.repeat(501) } }],
    ['a jti with a NUL', { claims: { jti: 'a\0' } }],
    ['no htm', { claims: { htm: undefined } }],
    ['another htm', { method: 'GET' }],
    ['an htm in lower case', { method: 'post' }],
    ['no htu', { claims: { htu: undefined } }],
    ['another htu', { url: 'https://other.example/token' }],
    ['an htu that is no URL', { url: 'token' }],
    ['no iat', { claims: { iat: undefined } }],
    ['an iat that is a text', { claims: { iat: '7' as unknown as number } }],
    ['an iat 303 s ago', { now: -303_000 }],
    ['an iat 303 s ahead', { now: 303_000 }],
    ['an end long ago', { claims: { exp: 1 } }],
    ['an end that is a text', { claims: { exp: '7' as unknown as number } }],
    ['a beginning in the far future', { claims: { nbf: 9_000_000_000 } }],
    ['a beginning that is null', { claims: { nbf: null as unknown as number } }],
    [
      'a changed claim',
      (good) => good.replace(/\.[^.]*\./, `.${Buffer.from('{"jti":"x"}').toString('base64url')}.`),
    ],
    ['a changed signature', (good) => `${good.slice(0, -6)}AAAAAA`],
    ['no signature', (good) => good.replace(/[^.]*$/, '')],
    [
      'a claim that stands there twice',
      (good) =>
        resigned(good, KeyObject.from(key.privateKey), {
          payload: (text) => text.replace('{', '{"htm":"GET",'),
        }),
    ],
    ['two proofs', (good) => `${good}, ${good}`],
    ['no JWT', () => 'proof'],
    ['9 kB', () => 'x'.repeat(9_000)],
  ])(
    'refuses a proof with %s, and redeems the code with a good one (RFC 9449 §4.3)',
    async (_what, wrong) => {
      const code = await client.code();
      const good = await proof();
      const before = await service.snapshot();
      const parts = typeof wrong === 'function' ? {} : wrong;
      const now = service.clock.now() + (parts.now ?? 0);
      const bad = typeof wrong === 'function' ? wrong(good) : await proof({ ...parts, now });
      const refused = await exchange(code, bad);
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
      expect(await service.snapshot()).toEqual(before);
      expect((await exchange(code, good)).status).toBe(200);
    },
  );

  it.each([
    ['a private key', async () => ({ jwk: { ...key.jwk, d: 'AQAB' } })],
    ['a symmetric key', async () => ({ jwk: { kty: 'oct', k: 'c2VjcmV0' } })],
    ['the key of somebody else', async () => ({ jwk: (await ProofKey.make()).jwk })],
    ['a key of another curve', async () => ({ jwk: (await ProofKey.make('ES384')).jwk })],
    ['a key for another algorithm', async () => ({ jwk: (await ProofKey.make('PS256')).jwk })],
    ['a point that is not on the curve', async () => ({ jwk: { ...key.jwk, y: key.jwk.x } })],
  ])('refuses a proof with %s (RFC 9449 §4.3)', async (_what, header) => {
    const before = await service.snapshot();
    const refused = await exchange('a code', await proof({ header: await header() }));
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(['none', 'HS256'])('refuses a proof signed with %s (RFC 9449 §11.6)', async (alg) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { jti: 'x', htm: 'POST', htu: url(), iat: Math.floor(service.clock.now() / 1000) };
    const signature = alg === 'none' ? '' : 'AAAA';
    const unsigned = `${part({ typ: TOKEN_TYPE, alg, jwk: key.jwk })}.${part(claims)}.${signature}`;
    expect((await exchange('a code', unsigned)).body.error).toBe('invalid_dpop_proof');
  });

  it('takes a proof whose URL is spelled otherwise, and 298 s off (RFC 9449 §4.3)', async () => {
    const { port } = new URL(service.issuer);
    for (const parts of [
      { url: `HTTP://LOCALHOST:${port}/%74oken?a=b#c` },
      { now: service.clock.now() - 298_000 },
      { now: service.clock.now() + 298_000 },
    ])
      expect((await exchange(await client.code(), await proof(parts))).status).toBe(200);
  });

  it('takes a proof once, on both instances together (RFC 9449 §11.1)', async () => {
    const used = await proof();
    expect((await exchange(await client.code(), used)).status).toBe(200);
    for (const at of [service, second]) {
      const code = await client.code();
      const refused = await exchange(code, used, at);
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
      expect((await exchange(code, await proof(), at)).status).toBe(200);
    }
    const raced = await proof();
    const codes = await Promise.all(Array.from({ length: 6 }, () => client.code()));
    const answers = await Promise.all(
      codes.map((code, index) => exchange(code, raced, index % 2 === 0 ? service : second)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('binds the refresh tokens of a public client to the key, on every instance (RFC 9449 §5)', async () => {
    const tokens = (await exchange(await client.code(), await proof())).body;
    const other = await ProofKey.make();
    for (const wrong of [null, await proof({}, other)]) {
      const refused = await refresh(tokens.refresh_token, wrong, client, second);
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
    }
    const next = await refresh(tokens.refresh_token, await proof(), client, second);
    expect([next.status, next.body['token_type']]).toEqual([200, 'DPoP']);
    expect(decodeJwt(next.body.access_token)['cnf']).toEqual({ jkt: key.thumbprint });
    expect((await refresh(next.body.refresh_token, null)).body.error).toBe('invalid_grant');
    expect((await refresh(next.body.refresh_token, await proof())).status).toBe(200);
  });

  it('lets a client that proves itself refresh with another key, or with none (RFC 9449 §5)', async () => {
    const confidential = await new OAuthTestClient(service).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const first = await exchange(await confidential.code(), await proof(), service, confidential);
    const other = await ProofKey.make();
    const next = await refresh(first.body.refresh_token, await proof({}, other), confidential);
    expect(decodeJwt(next.body.access_token)['cnf']).toEqual({ jkt: other.thumbprint });
    const bearer = await refresh(next.body.refresh_token, null, confidential);
    expect([bearer.status, bearer.body['token_type']]).toEqual([200, 'Bearer']);
  });

  it('redeems a code for the holder of the key that the request named (RFC 9449 §10)', async () => {
    const code = await client.code({ dpop_jkt: key.thumbprint });
    for (const wrong of [null, await proof({}, await ProofKey.make())])
      expect((await exchange(code, wrong)).body.error).toBe('invalid_grant');
    expect((await exchange(code, await proof())).status).toBe(200);
  });

  it('refuses a dpop_jkt that is no thumbprint (RFC 9449 §10)', async () => {
    const page = await client.follow(await client.authorize({ dpop_jkt: 'short' }));
    expect(page.body).toContain('dpop_jkt');
  });

  it('issues nothing without a proof to a client that wants bound tokens alone (RFC 9449 §5.2)', async () => {
    const strict = await new OAuthTestClient(service).register({ dpop_bound_access_tokens: true });
    expect(strict.credentials).toMatchObject({ dpop_bound_access_tokens: true });
    const code = await strict.code();
    const refused = await exchange(code, null, service, strict);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect((await exchange(code, await proof(), service, strict)).status).toBe(200);
  });

  it('costs a code exchange one statement more, two in all', async () => {
    const counts: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const [code, header] = [await client.code(), await proof()];
      const before = service.statements();
      expect((await exchange(code, header)).status).toBe(200);
      counts.push(service.statements() - before);
    }
    expect(Math.min(...counts)).toBe(2);
  });
});

import { SignJWT, type JWTPayload } from 'jose';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../host/clock.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { InvalidTokenError } from './invalid-token.error.js';
import { RevocationView } from './revocation-view.js';

const ISSUER = 'https://auth.example.com';
const RESOURCE = 'https://api.example.com/mcp';
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');

class MovableClock extends Clock {
  offset = 0;
  override now = () => Date.now() + this.offset;
}

describe('AccessTokenVerifier (RFC 9068 §4)', () => {
  let clock: MovableClock;
  let view: RevocationView;
  let lookups: number;
  let verifier: AccessTokenVerifier;

  beforeEach(() => {
    clock = new MovableClock();
    view = new RevocationView(5);
    lookups = 0;
    const keys = new Map([
      ['ec', { kid: 'ec', alg: 'ES256', key: ec.publicKey }],
      ['rsa', { kid: 'rsa', alg: 'RS256', key: rsa.publicKey }],
      ['pss', { kid: 'pss', alg: 'PS256', key: rsa.publicKey }],
      ['eddsa', { kid: 'eddsa', alg: 'EdDSA', key: ed.publicKey }],
      ['ed25519', { kid: 'ed25519', alg: 'Ed25519', key: ed.publicKey }],
    ]);
    const find = (kid: string) => {
      lookups += 1;
      return keys.get(kid) ?? null;
    };
    verifier = new AccessTokenVerifier(ISSUER, { find }, view, clock);
  });

  const now = () => Math.floor(clock.now() / 1000);
  const claims = (overrides: JWTPayload = {}): JWTPayload => ({
    iss: ISSUER,
    sub: 'alice',
    aud: RESOURCE,
    exp: now() + 60,
    iat: now(),
    jti: 'token',
    client_id: 'client',
    scope: 'a b',
    grant_id: 'grant',
    ...overrides,
  });
  const sign = (payload = claims(), header: object = {}, key: KeyObject = ec.privateKey) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'ec', typ: 'at+jwt', ...header }).sign(key);
  /** The same token with n - s in place of s, which anybody can write who has it. */
  const twinOf = (token: string) => {
    const [header, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    bytes.write(s.toString(16).padStart(64, '0'), 32, 'hex');
    return `${header}.${payload}.${bytes.toString('base64url')}`;
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('checks the signature of a token once, and never again', async () => {
    const token = await sign();
    for (let call = 0; call < 5; call++)
      expect(await verifier.verify(token, RESOURCE)).toMatchObject({ userId: 'alice', scopes: ['a', 'b'] });
    expect(lookups).toBe(1);
    expect(verifier.verify(token, RESOURCE)).not.toBeInstanceOf(Promise);
  });

  it('takes the twin of an ES256 signature, and gives it no second place (FIPS 186-5 §6.4)', async () => {
    const token = await sign();
    const twin = twinOf(token);
    expect(await verifier.verify(token, RESOURCE)).toEqual(await verifier.verify(twin, RESOURCE));
    expect(verifier.verify(twin, RESOURCE)).not.toBeInstanceOf(Promise);
    expect(verifier.verify(token, RESOURCE)).toBeInstanceOf(Promise);
  });

  it('asks anew at each of very many uses of a token, and takes nothing that is written otherwise', async () => {
    const token = await sign();
    const use = async () => {
      for (let call = 0; call < 1_000; call++) await verifier.verify(token, RESOURCE);
    };
    await use();
    expect(lookups).toBe(1);
    await expect(async () => verifier.verify(`${token.slice(0, -4)}AAAA`, RESOURCE)).rejects.toThrow(
      'signature',
    );
    await verifier.verify(twinOf(token), RESOURCE);
    expect(verifier.verify(token, RESOURCE)).toBeInstanceOf(Promise);
    await use();
    expect(() => verifier.verify(token, 'https://other.example')).toThrow('another resource');
    view.record([
      { kind: 'token', subject: 'token', issuedBefore: clock.now(), expiresAt: clock.now() + 60_000 },
    ]);
    expect(() => verifier.verify(token, RESOURCE)).toThrow('revoked');
    clock.offset = 60_001;
    expect(() => verifier.verify(token, RESOURCE)).toThrow('expired');
  });

  it('says what is wrong with a token without throwing it, where nothing has to be waited for', async () => {
    const token = await sign();
    await verifier.verify(token, RESOURCE);
    expect(verifier.check(token, RESOURCE)).toMatchObject({ userId: 'alice' });
    expect(verifier.check(token, 'https://other.example')).toBeInstanceOf(InvalidTokenError);
    expect(verifier.check('garbage', RESOURCE)).toBeInstanceOf(InvalidTokenError);
    expect(() => verifier.verify('garbage', RESOURCE)).toThrow(InvalidTokenError);
  });

  it.each([
    ['RS256', 'rsa', rsa],
    ['PS256', 'pss', rsa],
    ['EdDSA', 'eddsa', ed],
    ['Ed25519', 'ed25519', ed],
  ])(
    'takes %s with a key for it (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2)',
    async (alg, kid, { privateKey }) => {
      expect(await verifier.verify(await sign(claims(), { alg, kid }, privateKey), RESOURCE)).toBeDefined();
    },
  );

  it.each<[string, () => Promise<string> | string]>([
    ['another issuer', () => sign(claims({ iss: `${ISSUER}/` }))],
    ['another audience', () => sign(claims({ aud: 'https://other.example' }))],
    ['two audiences', () => sign(claims({ aud: [RESOURCE, 'https://other.example'] }))],
    ['no audience', () => sign(claims({ aud: undefined }))],
    ['no subject', () => sign(claims({ sub: undefined }))],
    ['no client', () => sign(claims({ client_id: undefined }))],
    ['no id', () => sign(claims({ jti: undefined }))],
    ['no end', () => sign(claims({ exp: undefined }))],
    ['a past end', () => sign(claims({ exp: now() - 1 }))],
    ['a future beginning', () => sign(claims({ nbf: now() + 60 }))],
    ['a beginning that is no time', () => sign({ ...claims(), nbf: null } as never)],
    ['an actor that is no object', () => sign(claims({ act: 'agent' }))],
    ['an actor whose name is no text', () => sign(claims({ act: { sub: 7 } }))],
    ['an actor of one that is none', () => sign(claims({ act: { sub: 'server', act: [] } }))],
    ['grants that are no list', () => sign(claims({ delegated_from: 'grant' }))],
    ['grants that are no texts', () => sign(claims({ delegated_from: [7] }))],
    ['a future issue time', () => sign(claims({ iat: now() + 60 }))],
    ['the type of an id_token', () => sign(claims(), { typ: 'JWT' })],
    ['no type', () => sign(claims(), { typ: undefined })],
    [
      'a critical header',
      () => `${part({ alg: 'ES256', kid: 'ec', typ: 'at+jwt', crit: ['x'] })}.${part(claims())}.AAAA`,
    ],
    ['an unknown key', () => sign(claims(), { kid: 'unknown' })],
    ['an inherited name as key', () => sign(claims(), { kid: '__proto__' })],
    ['the key of another algorithm', () => sign(claims(), { alg: 'PS256', kid: 'rsa' }, rsa.privateKey)],
    [
      'a signature of another key',
      () => sign(claims(), {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ],
    ['no algorithm', () => `${part({ alg: 'none', kid: 'ec', typ: 'at+jwt' })}.${part(claims())}.AAAA`],
    [
      'the public key used as a secret',
      () => {
        const signed = `${part({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' })}.${part(claims())}`;
        const secret = rsa.publicKey.export({ type: 'spki', format: 'pem' });
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      },
    ],
    ['claims that are a list', () => `${part({ alg: 'ES256', kid: 'ec', typ: 'at+jwt' })}.${part([])}.AAAA`],
    ['no JSON', () => 'a.b.c'],
    ['too many parts', async () => `${await sign()}.x`],
    ['nothing', () => ''],
    ['9 kB', () => 'x'.repeat(9_000)],
  ])('refuses a token with %s', async (_name, make) => {
    const token = await make();
    await expect(async () => verifier.verify(token, RESOURCE)).rejects.toThrow(InvalidTokenError);
  });

  it.each([{ jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }, { kid: 'of a kind to come' }, {}])(
    'says which key a token is bound to, cached or not (RFC 7800 §3.1): %j',
    async (cnf) => {
      const token = await sign(claims({ cnf }));
      expect(await verifier.verify(token, RESOURCE)).toMatchObject({ confirmation: cnf });
      expect(verifier.verify(token, RESOURCE)).toMatchObject({ confirmation: cnf });
    },
  );

  it('refuses a cached token once it has expired, for another resource, and once it is revoked', async () => {
    const token = await sign();
    await verifier.verify(token, RESOURCE);
    expect(() => verifier.verify(token, 'https://other.example')).toThrow(InvalidTokenError);
    view.record([
      { kind: 'grant', subject: 'grant', issuedBefore: clock.now(), expiresAt: clock.now() + 60_000 },
    ]);
    expect(() => verifier.verify(token, RESOURCE)).toThrow('revoked');
    const other = await sign(claims({ grant_id: 'another' }));
    await verifier.verify(other, RESOURCE);
    clock.offset = 61_000;
    expect(() => verifier.verify(other, RESOURCE)).toThrow('expired');
  });

  it.each([
    ['token', 'token'],
    ['grant', 'grant'],
    ['user', 'alice'],
    ['client', 'client'],
  ] as const)(
    'refuses tokens issued up to the revocation of their %s, and takes later ones',
    async (kind, subject) => {
      const revokedAt = clock.now();
      view.record([{ kind, subject, issuedBefore: revokedAt, expiresAt: revokedAt + 60_000 }]);
      await expect(async () =>
        verifier.verify(await sign(claims({ iat_ms: revokedAt })), RESOURCE),
      ).rejects.toThrow('revoked');
      expect(await verifier.verify(await sign(claims({ iat_ms: revokedAt + 1 })), RESOURCE)).toBeDefined();
      view.prune(revokedAt + 60_001);
      expect(view.size).toBe(0);
    },
  );

  it('refuses what a revoked key signed, whatever times it claims and however long ago that was', async () => {
    const now = clock.now();
    const forged = await sign(claims({ iat_ms: now * 2, exp: 4_000_000_000 }));
    await verifier.verify(forged, RESOURCE);
    view.record([{ kind: 'key', subject: 'ec', issuedBefore: now, expiresAt: now + 60_000 }]);
    expect(() => verifier.verify(forged, RESOURCE)).toThrow('revoked');
    clock.offset = 61_000;
    view.prune(clock.now());
    expect(() => verifier.verify(forged, RESOURCE)).toThrow('revoked');
    expect(
      await verifier.verify(await sign(claims(), { alg: 'RS256', kid: 'rsa' }, rsa.privateKey), RESOURCE),
    ).toBeDefined();
  });

  it('answers 503 and no 401 while nobody knows what is revoked', async () => {
    const find = (kid: string) => ({ kid, alg: 'ES256', key: ec.publicKey });
    const stale = new AccessTokenVerifier(ISSUER, { find }, new RevocationView(-1), clock);
    await expect(async () => stale.verify(await sign(), RESOURCE)).rejects.toMatchObject({
      error: 'temporarily_unavailable',
    });
  });
});

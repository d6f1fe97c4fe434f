import { describe, expect, it } from 'vitest';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { signatureOf, signJwt } from './compact-signing.js';

const PRIVATE_KEYS: Readonly<Record<SigningAlgorithm, KeyObject>> = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};
const CLAIMS = {
  iss: 'https://auth.example.com',
  sub: 'Zoë ✓',
  exp: 4_102_444_800,
  act: { sub: 'a' },
  none: undefined,
};

describe('signJwt', () => {
  it.each(SIGNING_ALGORITHMS)(
    'makes a JWT of %s that another library verifies (RFC 7515 §5.1)',
    async (alg) => {
      const privateKey = PRIVATE_KEYS[alg];
      const jwt = await signJwt({ kid: 'k1', alg, privateKey }, 'at+jwt', CLAIMS);
      expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(decodeProtectedHeader(jwt)).toEqual({ alg, kid: 'k1', typ: 'at+jwt' });
      const { payload } = await jwtVerify(jwt, createPublicKey(privateKey), {
        algorithms: [alg],
        typ: 'at+jwt',
      });
      const { none: _none, ...said } = CLAIMS;
      expect(payload).toEqual(said);
    },
  );

  it.each(SIGNING_ALGORITHMS)('is refused by the key of another when it is signed with %s', async (alg) => {
    const jwt = await signJwt({ kid: 'k1', alg, privateKey: PRIVATE_KEYS[alg] }, 'JWT', CLAIMS);
    const [header, , signature] = jwt.split('.');
    const other = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'mallory' })).toString('base64url');
    const forged = jwtVerify(`${header}.${other}.${signature}`, createPublicKey(PRIVATE_KEYS[alg]));
    await expect(forged).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  it.each([
    ['ES256', 'signed'],
    ['EdDSA', 'signed'],
    ['RS256', 'others'],
    ['PS256', 'others'],
  ] as const)(
    'signs with %s so that what was waiting comes after it or before it: %s first',
    async (alg, first) => {
      const signed = signatureOf({ alg, privateKey: PRIVATE_KEYS[alg] }, Buffer.from('a')).then(
        () => 'signed',
      );
      const others = new Promise((resolve) => process.nextTick(resolve, 'others'));
      expect(await Promise.race([signed, others])).toBe(first);
    },
  );

  it('fails with a key that is none for the algorithm', async () => {
    const signed = signatureOf(
      { alg: 'RS256', privateKey: createPublicKey(PRIVATE_KEYS.RS256) },
      Buffer.from('a'),
    );
    await expect(signed).rejects.toThrow(/private key|key type|Invalid key object/i);
  });
});

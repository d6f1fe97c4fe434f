import { verify, type KeyObject, type SigningOptions } from 'node:crypto';
import type { DPOP_ALGORITHMS } from '../oauth/dpop.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';

interface Algorithm {
  digest: string | null;
  options: SigningOptions;
  /** Whether the key is one that the algorithm is for, and strong enough. */
  fits(key: KeyObject): boolean;
}

const isP256 = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) =>
  asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
/** RFC 7518 §3.3; longer ones cost whoever checks them. */
const isRsa = ({ asymmetricKeyType, asymmetricKeyDetails: { modulusLength = 0 } = {} }: KeyObject) =>
  asymmetricKeyType === 'rsa' && modulusLength >= 2_048 && modulusLength <= 4_096;
const isEd25519 = ({ asymmetricKeyType }: KeyObject) => asymmetricKeyType === 'ed25519';

/** JWS algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2) and how node makes and verifies them; symmetric ones and `none` are not among them. */
const ALGORITHMS: Readonly<Record<(typeof DPOP_ALGORITHMS)[number], Algorithm>> = {
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' }, fits: isP256 },
  RS256: { digest: 'sha256', options: {}, fits: isRsa },
  PS256: { digest: 'sha256', options: { padding: 6, saltLength: 32 }, fits: isRsa },
  EdDSA: { digest: null, options: {}, fits: isEd25519 },
  Ed25519: { digest: null, options: {}, fits: isEd25519 },
};

const find = (alg: string): Algorithm | undefined =>
  Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg as keyof typeof ALGORITHMS] : undefined;

/** How a signature of the algorithm is made. */
export function signingParameters(alg: SigningAlgorithm): Pick<Algorithm, 'digest' | 'options'> {
  return ALGORITHMS[alg];
}

/** Whether a key that somebody brought along is one for the algorithm. */
export function fitsAlgorithm(alg: string, key: KeyObject): boolean {
  return find(alg)?.fits(key) ?? false;
}

/** Whether the key made the signature. The algorithm is the key's, whatever the header says (RFC 8725 §3.1). */
export function isSignedWith(
  { alg, key }: { alg: string; key: KeyObject },
  { algorithm, signed, signature }: { algorithm: string; signed: string; signature: Buffer },
): boolean {
  const known = find(alg);
  if (!known || alg !== algorithm) return false;
  return verify(known.digest, Buffer.from(signed), { key, ...known.options }, signature);
}

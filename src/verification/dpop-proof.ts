import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isStorable } from '../oauth/storable-text.js';
import { decodeForeignJws, mediaType } from './compact-jws.js';
import { INVALID_PROOF } from './invalid-proof.error.js';
import { fitsAlgorithm, isSignedWith } from './signature.js';

const TYPE = 'dpop+jwt';
/** Characters. */
const LONGEST_PROOF = 8_192;
const LONGEST_ID = 500;
/** Members of a JWK that only its owner may know (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What a proof says, whose signature is good (RFC 9449 §4.2). */
export interface DpopProof {
  /** SHA-256 thumbprint of the key (RFC 7638). */
  keyThumbprint: string;
  /** `jti`. */
  id: string;
  method: string;
  uri: string;
  /** Seconds since the epoch. */
  issuedAt: number;
  /** `nbf` and `exp` (RFC 7519 §4.1), which most proofs do without. Seconds since the epoch. */
  notBefore?: number;
  expiresAt?: number;
  /** `ath`. */
  tokenHash?: unknown;
  nonce?: unknown;
}

/** Reads a proof and checks its signature. @throws InvalidProofError */
export function readDpopProof(header: string | readonly string[]): DpopProof {
  const jws = typeof header === 'string' && header.length <= LONGEST_PROOF ? decodeForeignJws(header) : null;
  if (!jws || mediaType(jws.header) !== TYPE) throw INVALID_PROOF.malformed;
  const { alg, jwk, crit } = jws.header;
  if (typeof alg !== 'string' || crit !== undefined) throw INVALID_PROOF.malformed;
  const { jti, htm, htu, iat, nbf, exp, ath, nonce } = jws.claims;
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID || !isStorable(jti))
    throw INVALID_PROOF.lacksClaim;
  if (typeof htm !== 'string' || typeof htu !== 'string' || typeof iat !== 'number' || !Number.isFinite(iat))
    throw INVALID_PROOF.lacksClaim;
  if (!isTime(nbf) || !isTime(exp)) throw INVALID_PROOF.lacksClaim;
  const key = publicKey(jwk, alg);
  if (!isSignedWith({ alg, key }, { ...jws, algorithm: alg })) throw INVALID_PROOF.badSignature;
  return {
    keyThumbprint: thumbprint(key),
    id: jti,
    method: htm,
    uri: htu,
    issuedAt: iat,
    notBefore: nbf,
    expiresAt: exp,
    tokenHash: ath,
    nonce,
  };
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}

function publicKey(jwk: unknown, alg: string): KeyObject {
  if (typeof jwk !== 'object' || jwk === null || PRIVATE.some((member) => member in jwk))
    throw INVALID_PROOF.badKey;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw INVALID_PROOF.badKey;
  }
  if (!fitsAlgorithm(alg, key)) throw INVALID_PROOF.badKey;
  return key;
}

/** RFC 7638 §3: the members that make the key what it is, by their names, in the one spelling that they have. */
function thumbprint(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ crv, e, kty, n, x, y }), 'base64url');
}

import { verify, type VerifyKeyObjectInput } from 'node:crypto';
import type { EncodedAccessToken } from './encoded-access-token.js';
import type { VerificationKey } from './verification-keys.js';

/** JWS algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2) and how node verifies them; symmetric ones and `none` are not among them. */
const ALGORITHMS: ReadonlyMap<string, { digest: string | null; options: Partial<VerifyKeyObjectInput> }> =
  new Map([
    ['ES256', { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } }],
    ['RS256', { digest: 'sha256', options: {} }],
    ['PS256', { digest: 'sha256', options: { padding: 6, saltLength: 32 } }],
    ['EdDSA', { digest: null, options: {} }],
    ['Ed25519', { digest: null, options: {} }],
  ]);

/** Whether the key made the signature. The algorithm is the key's, whatever the header says (RFC 8725 §3.1). */
export function isSignedWith(
  { alg, key }: VerificationKey,
  { algorithm, signed, signature }: EncodedAccessToken,
): boolean {
  const known = ALGORITHMS.get(alg);
  if (!known || alg !== algorithm) return false;
  return verify(known.digest, Buffer.from(signed), { key, ...known.options }, signature);
}

/** JWS algorithms of DPoP proofs: asymmetric ones alone (RFC 9449 §4.2). */
export const DPOP_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Why a proof is refused, as clients are told (RFC 9449 §5, §7.1, §8, §9). */
export type DpopErrorCode = 'invalid_dpop_proof' | 'use_dpop_nonce';

/** Whether it can be the SHA-256 thumbprint of a key (RFC 7638, RFC 9449 §10). */
export function isKeyThumbprint(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

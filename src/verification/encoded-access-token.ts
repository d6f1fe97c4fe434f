import type { AccessTokenClaims } from '../oauth/access-token.js';
import { decodeClaims, decodeCompactJws } from './compact-jws.js';
import { INVALID_TOKEN, type InvalidTokenError } from './invalid-token.error.js';

/** Characters. */
const LONGEST_TOKEN = 8_192;

/** The parts of an access token, before anybody knows whether it is good. */
export interface EncodedAccessToken {
  keyId: string;
  algorithm: string;
  /** `typ` of the header; undefined when it has none. */
  type: string | undefined;
  claims: AccessTokenClaims;
  /** What the signature is for (RFC 7515 §5.1). */
  signed: string;
  signature: Buffer;
}

/** Takes an access token apart; what is wrong where it cannot be. */
export function decodeAccessToken(token: string): EncodedAccessToken | InvalidTokenError {
  if (token.length > LONGEST_TOKEN) return INVALID_TOKEN.tooLong;
  const jws = decodeCompactJws(token);
  if (!jws) return INVALID_TOKEN.malformed;
  const { kid, alg, typ, crit } = jws.header;
  if (typeof kid !== 'string' || typeof alg !== 'string' || crit !== undefined)
    return INVALID_TOKEN.malformed;
  const { claims, signed, signature } = jws;
  const type = typeof typ === 'string' ? typ : undefined;
  return { keyId: kid, algorithm: alg, type, claims: claims as AccessTokenClaims, signed, signature };
}

/** The claims of an access token that was verified. */
export function accessTokenClaims(token: string): AccessTokenClaims {
  const claims = decodeClaims(token);
  if (!claims) throw INVALID_TOKEN.malformed;
  return claims as AccessTokenClaims;
}

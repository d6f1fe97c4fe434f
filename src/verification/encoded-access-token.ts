import type { AccessTokenClaims } from '../oauth/access-token.js';
import { INVALID_TOKEN } from './invalid-token.error.js';

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

/**
 * Takes an access token apart. Each has exactly one spelling: base64url without padding, foreign characters or stray
 * bits (RFC 7515 §2, RFC 4648 §3.5), so that nobody can make others of a good one.
 * @throws InvalidTokenError
 */
export function decodeAccessToken(token: string): EncodedAccessToken {
  if (token.length > LONGEST_TOKEN) throw INVALID_TOKEN.tooLong;
  const [header, claims, signature, ...rest] = token.split('.');
  if (!header || !claims || !signature || rest.length > 0) throw INVALID_TOKEN.malformed;
  return {
    ...parseHeader(parseObject(header)),
    claims: parseObject(claims) as AccessTokenClaims,
    signed: `${header}.${claims}`,
    signature: decode(signature),
  };
}

/** The claims of an access token that was verified. */
export function accessTokenClaims(token: string): AccessTokenClaims {
  const [, claims = ''] = token.split('.', 2);
  return parseObject(claims) as AccessTokenClaims;
}

function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw INVALID_TOKEN.malformed;
  return bytes;
}

function parseObject(part: string): Record<string, unknown> {
  const text = decode(part).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Falls through: what is no JSON is as malformed as what is no object.
  }
  throw INVALID_TOKEN.malformed;
}

function parseHeader({ kid, alg, typ, crit }: Record<string, unknown>) {
  if (typeof kid !== 'string' || typeof alg !== 'string' || crit !== undefined) throw INVALID_TOKEN.malformed;
  return { keyId: kid, algorithm: alg, type: typeof typ === 'string' ? typ : undefined };
}

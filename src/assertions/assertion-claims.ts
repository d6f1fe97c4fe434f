import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { isStorable } from '../oauth/storable-text.js';
import { decodeForeignJws } from '../verification/compact-jws.js';

const LONGEST_ASSERTION = 8_192;
const LONGEST_ID = 500;
const LONGEST_NAME = 2_000;

/** What every assertion says (RFC 7523 §3). Times in seconds since the epoch. */
export interface AssertionClaims {
  iss: string;
  sub: string;
  /** The only one. */
  aud: string;
  exp: number;
  iat?: number;
  nbf?: number;
  jti: string;
  /** All that it says. */
  members: Readonly<Record<string, unknown>>;
}

/** The claims as the assertion says them, which proves nothing; null where one is missing, repeated or of another type. */
export function readAssertion(assertion: string): AssertionClaims | null {
  const members = assertion.length <= LONGEST_ASSERTION ? decodeForeignJws(assertion)?.claims : undefined;
  if (!members) return null;
  const { iss, sub, aud: audiences, exp, iat, nbf, jti } = members;
  const [aud, ...others]: unknown[] = Array.isArray(audiences) ? audiences : [audiences];
  if (!isText(iss, LONGEST_NAME) || !isText(sub, LONGEST_NAME) || !isText(jti, LONGEST_ID)) return null;
  // draft-ietf-oauth-rfc7523bis §4: one audience alone, or another server could replay it here.
  if (!isText(aud, LONGEST_NAME) || others.length > 0) return null;
  if (typeof exp !== 'number' || !isTime(iat) || !isTime(nbf)) return null;
  return { iss, sub, aud, exp, iat, nbf, jti, members };
}

/**
 * The header's `typ`, in lower case and without `application/` (RFC 8725 §3.11); null for none, and for what is no JWT;
 * empty for what is no string (RFC 7515 §4.1.9).
 */
export function assertionType(assertion: string): string | null {
  try {
    const { typ } = decodeProtectedHeader(assertion);
    if (typ === undefined) return null;
    return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  } catch {
    return null;
  }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest && isStorable(value);
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

import { randomInt } from 'node:crypto';

/** RFC 8628 §3.4. It stands for a redirect URI, too: where the tokens of a device go, whatever client it says it is. */
export const DEVICE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628 §6.1: no vowels, so that no words appear, and nothing that looks like something else. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** A device that asks, as an interaction knows it. */
export interface DeviceRequest {
  /** SHA-256 of its device code in base64url. */
  hash: string;
  /** What the person typed, sealed, in base64url: they compare it with what the device shows. */
  sealedUserCode: string;
  /** Where the device is, as the connection or the trusted proxies say, and what it says it is; null for unknown. */
  address: string | null;
  userAgent: string | null;
  /** When it asked, and when its codes end: as `Date.toISOString` writes them. */
  requestedAt: string;
  expiresAt: string;
}

/** 34 random bits as a person can type them. */
export function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** A code as it was made, from what a person typed (RFC 8628 §6.1); null for what is none. */
export function readUserCode(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s\p{P}]/gu, '');
  return CODE.test(code) ? code : null;
}

/** A code as it is shown: `BCDF-GHJK`. */
export function showUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

import { createHash } from 'node:crypto';
import { digest } from '../oauth/opaque-token.js';

/** How an application of Better Auth stores its clients' secrets. */
export type StoredSecrets = 'plain' | 'hashed' | 'encrypted';

/** The secrets of an application of Better Auth, which its clients' secrets may be encrypted with. */
export interface BetterAuthSecrets {
  /** `BETTER_AUTH_SECRET`. */
  current?: string;
  /** `BETTER_AUTH_SECRETS`, by their versions. */
  versions: ReadonlyMap<number, string>;
}

/** As the plugins make them. */
const PLAIN = /^[A-Za-z]{32}$/;
/** SHA-256 in base64url. */
const HASHED = /^[\w-]{43}$/;
/** 24 bytes of nonce and 16 of the authenticator at least, in hexadecimal, behind the version of the secret. */
const ENCRYPTED = /^(?:\$ba\$(\d+)\$)?((?:[0-9a-f]{2}){41,})$/;
const NONCE = 24;

/** Why a stored secret cannot be used, as the end of a sentence about its client. */
export class UnusableSecret extends Error {}

/**
 * SHA-256 in base64url of the secret that a client presents.
 * @param how null to tell it by what it looks like.
 * @throws UnusableSecret
 */
export async function secretHash(
  stored: string,
  how: StoredSecrets | null,
  secrets: BetterAuthSecrets,
): Promise<string> {
  switch (how ?? looksLike(stored)) {
    case 'plain':
      return digest(stored);
    case 'hashed':
      if (!HASHED.test(stored)) throw new UnusableSecret('has a secret that is no SHA-256');
      return stored;
    case 'encrypted':
      return digest(await decrypt(stored, secrets));
    default:
      throw new UnusableSecret("has a secret that is stored in a way of the application's own");
  }
}

function looksLike(stored: string): StoredSecrets | null {
  if (PLAIN.test(stored)) return 'plain';
  if (HASHED.test(stored)) return 'hashed';
  return ENCRYPTED.test(stored) ? 'encrypted' : null;
}

/** XChaCha20-Poly1305 under the SHA-256 of the application's secret. */
async function decrypt(stored: string, { current, versions }: BetterAuthSecrets): Promise<string> {
  const [, version, content = ''] = ENCRYPTED.exec(stored) ?? [];
  const secret = version === undefined ? current : versions.get(Number(version));
  if (secret === undefined)
    throw new UnusableSecret(
      version === undefined
        ? 'has an encrypted secret: give BETTER_AUTH_SECRET'
        : `has a secret that is encrypted with version ${version}: give BETTER_AUTH_SECRETS`,
    );
  const { xchacha20poly1305 } = await import('@noble/ciphers/chacha.js');
  const key = createHash('sha256').update(secret).digest();
  const bytes = Buffer.from(content, 'hex');
  try {
    return Buffer.from(
      xchacha20poly1305(key, bytes.subarray(0, NONCE)).decrypt(bytes.subarray(NONCE)),
    ).toString();
  } catch {
    throw new UnusableSecret('has a secret that is encrypted with another secret than the one that is given');
  }
}

/** What `BETTER_AUTH_SECRETS` holds: `2:a secret,1:an older one`. @throws Error with one sentence. */
export function versionedSecrets(given: string): Map<number, string> {
  const entries = given.split(',').map((entry) => /^\s*(\d+)\s*:\s*(\S.*?)\s*$/.exec(entry));
  if (entries.includes(null))
    throw new Error('BETTER_AUTH_SECRETS must be versions and secrets, such as 2:a-secret,1:an-older-one.');
  return new Map(entries.map((entry) => [Number(entry?.[1]), entry?.[2] ?? '']));
}

import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { isBetterAuthHash, isBetterAuthPassword } from './better-auth-password.js';

/** RFC 9106's way of guessing-resistance at the cost OWASP names for argon2id: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashed once with the same cost, so that an unknown account takes as long to refuse as a wrong password. */
const decoy = hash(randomBytes(16), COST);

export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), COST);
}

/**
 * Whether the password is the one of the hash; as slow when there is no hash.
 * @param hasImported whether there are hashes that were taken over: then every answer takes as long as one of those.
 */
export async function isPassword(
  storedHash: string | null,
  password: string,
  hasImported = false,
): Promise<boolean> {
  const imported = storedHash !== null && isBetterAuthHash(storedHash) ? storedHash : null;
  const own = imported === null ? storedHash : null;
  const compared = own ?? (await decoy);
  // Older hashes are of what was typed.
  const spellings = [...new Set([normalised(password), password])];
  const [isImported, ...isOwn] = await Promise.all([
    (hasImported || imported !== null) && isBetterAuthPassword(imported, password),
    ...spellings.map((spelling) => verify(compared, spelling)),
  ]);
  return own === null ? isImported : isOwn.includes(true);
}

/** One keyboard composes a letter that another one types in two signs (NIST SP 800-63B-4 §3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** RFC 9106's way of guessing-resistance at the cost OWASP names for argon2id: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashed once with the same cost, so that an unknown account takes as long to refuse as a wrong password. */
const decoy = hash(randomBytes(16), COST);

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Whether the password is the one of the hash; as slow when there is no hash. */
export async function isPassword(storedHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(storedHash ?? (await decoy), password);
  return matches && storedHash !== null;
}

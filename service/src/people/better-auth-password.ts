import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Salt and key in hexadecimal, as Better Auth stores a password. */
const SHAPE = /^([0-9a-f]{32}):([0-9a-f]{128})$/;
const COST = { N: 16_384, r: 16, p: 1, maxmem: 67_108_864 };
const KEY_LENGTH = 64;
const DECOY = `${randomBytes(16).toString('hex')}:${randomBytes(KEY_LENGTH).toString('hex')}`;

/** Whether a stored password is one of Better Auth's, and not hashed in a way of the application's own. */
export function isBetterAuthHash(storedHash: string): boolean {
  return SHAPE.test(storedHash);
}

/** Whether the password is the one of the hash; as slow when there is no hash. */
export async function isBetterAuthPassword(storedHash: string | null, password: string): Promise<boolean> {
  const [, salt = '', key = ''] = SHAPE.exec(storedHash ?? DECOY) ?? [];
  // The salt is the text, not what it stands for.
  const given = await derive(password.normalize('NFKC'), salt);
  return timingSafeEqual(given, Buffer.from(key, 'hex')) && storedHash !== null;
}

function derive(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_LENGTH, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

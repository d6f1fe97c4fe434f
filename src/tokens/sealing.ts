import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { randomBytes } from '../oauth/random-bytes.js';

const NONCE = 12;
const TAG = 16;
/** What stands for no salt, and behind the purpose of a first block (RFC 5869 §2.2, §2.3). */
const NO_SALT = Buffer.alloc(32);
const FIRST_BLOCK = '\x01';

/** HKDF with SHA-256 (RFC 5869), of one block, in place: by `hkdfSync` it costs four times as much, on every refresh. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  const key = createHmac('sha256', NO_SALT).update(secret).digest();
  return createHmac('sha256', key).update(`nestjs-mcp-auth/${purpose}${FIRST_BLOCK}`).digest();
}

/** AES-256-GCM; `context` is authenticated, so that a sealed value opens in its own place only. */
export function seal(key: Buffer, context: string, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws when the key or the context is another, or a bit was changed. */
export function open(key: Buffer, context: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
}

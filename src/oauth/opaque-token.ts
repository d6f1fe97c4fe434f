import { createHash } from 'node:crypto';
import { randomBytes } from './random-bytes.js';

/** 256 random bits in base64url: a code, a refresh token, a secret, a cookie. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of an opaque token: enough to find it, useless to present (SHA-256 in base64url). */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

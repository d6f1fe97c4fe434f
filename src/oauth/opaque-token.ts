import { createHash, createHmac } from 'node:crypto';
import { randomBytes } from './random-bytes.js';

/** 256 random bits in base64url: a code, a refresh token, a secret, a cookie. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of an opaque token: enough to find it, useless to present (SHA-256 in base64url). */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** One that a secret leads to, always the same for a use; whoever sees it learns nothing of another. */
export function derivedToken(seed: string, use: string): string {
  return createHmac('sha256', seed).update(use).digest('base64url');
}

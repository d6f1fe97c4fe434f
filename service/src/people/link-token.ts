import { createHash, randomBytes } from 'node:crypto';

/** A secret for a link: 256 random bits in base64url. */
export function newLinkToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it: its SHA-256 in base64url. */
export function linkHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

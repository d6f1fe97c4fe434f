import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A secret for a link: 256 random bits in base64url. */
export function newLinkToken(): string {
  return randomBytes(32).toString('base64url');
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The secret for a link that a form asks for: the same for a form that is sent twice, so that both answers show one link.
 * @param once of the form, a secret that its page came with; without one, every link is another.
 * @param about what the link is for.
 */
export function linkTokenFor(once: string | undefined, ...about: string[]): string {
  if (once === undefined || !TOKEN.test(once)) return newLinkToken();
  return createHmac('sha256', once).update(JSON.stringify(about)).digest('base64url');
}

/** What is stored of it: its SHA-256 in base64url. */
export function linkHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

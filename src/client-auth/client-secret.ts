import { timingSafeEqual } from 'node:crypto';
import type { ClientSecret, OAuthClient } from '../oauth/client.js';
import { digest } from '../oauth/opaque-token.js';

/** Whether the secret is one of the client's and has not expired (RFC 7591 §3.2.1, `client_secret_expires_at`). */
export function isClientSecret({ secrets }: OAuthClient, presented: string, now: number): boolean {
  const hash = Buffer.from(digest(presented));
  return secrets.filter((secret) => isSame(secret, hash) && isFresh(secret, now)).length > 0;
}

function isSame(secret: ClientSecret, hash: Buffer): boolean {
  return timingSafeEqual(Buffer.from(secret.hash), hash);
}

function isFresh({ expiresAt }: ClientSecret, now: number): boolean {
  return expiresAt === null || expiresAt > now;
}

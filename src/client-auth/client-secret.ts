import { timingSafeEqual } from 'node:crypto';
import type { OAuthClient } from '../oauth/client.js';
import { digest } from '../oauth/opaque-token.js';

/** Whether the secret is the client's and has not expired (RFC 7591 §3.2.1, `client_secret_expires_at`). */
export function isClientSecret(client: OAuthClient, secret: string, now: number): boolean {
  if (client.secretHash === null) return false;
  const matches = timingSafeEqual(Buffer.from(digest(secret)), Buffer.from(client.secretHash));
  return matches && (client.secretExpiresAt === null || client.secretExpiresAt.getTime() > now);
}

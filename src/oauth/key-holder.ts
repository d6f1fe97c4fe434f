import type { OAuthClient } from './client.js';

/** What a client has proved of a key, and what that means for its refresh tokens. */
export interface KeyHolder {
  /** SHA-256 thumbprint of the key; null where it proved none. */
  keyThumbprint: string | null;
  /** Whether its refresh tokens are bound to the key: those of a client that proves itself are bound to it (RFC 9449 §5). */
  isPublic: boolean;
}

/** What of a client and its key decides about a code or refresh token. */
export function keyHolder({ tokenEndpointAuthMethod }: OAuthClient, keyThumbprint: string | null): KeyHolder {
  return { keyThumbprint, isPublic: tokenEndpointAuthMethod === 'none' };
}

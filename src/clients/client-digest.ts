import { createHash } from 'node:crypto';
import type { OAuthClient } from '../oauth/client.js';
import { redirectHost } from '../oauth/redirect-uri.js';

type Decisive = Pick<OAuthClient, 'redirectUris' | 'tokenEndpointAuthMethod' | 'jwks' | 'jwksUri'>;

/** What consent to a metadata document is bound to: changes when its tokens would reach somebody else, by its redirect hosts and keys. */
export function clientDigest({ redirectUris, tokenEndpointAuthMethod, jwks, jwksUri }: Decisive): string {
  const hosts = [...new Set(redirectUris.map(redirectHost))].toSorted();
  const keys = jwks?.keys.map((key) => JSON.stringify(key, Object.keys(key).toSorted()));
  const decisive = JSON.stringify([hosts, tokenEndpointAuthMethod, keys, jwksUri]);
  return createHash('sha256').update(decisive).digest('base64url');
}

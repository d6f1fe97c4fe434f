import { type CatalogClient, type ClientKind, redirectHost } from 'nestjs-mcp-auth/service-kit';

/** What says where a client is from. */
export type ClientProvenance = Pick<CatalogClient, 'source' | 'kind' | 'clientId'>;

export function kindOf({ source, kind }: ClientProvenance): ClientKind {
  if (kind === 'service-account') return 'service-account';
  return source === 'registered' || source === 'document' ? source : 'pre-registered';
}

/** The host of the document that a client is identified by; null for any other. */
export function verifiedDomain({ source, clientId }: ClientProvenance): string | null {
  return source === 'document' && URL.canParse(clientId) ? new URL(clientId).host : null;
}

/** Where a client may be sent back to, each host once. */
export function redirectHosts(redirectUris: readonly string[]): string[] {
  return [...new Set(redirectUris.map((uri) => redirectHost(uri)))];
}

import { type CatalogClient, type ClientKind, Host, redirectHost } from 'nestjs-mcp-auth/service-kit';

/** What people read for a kind of client. */
export const KIND_NAMES: Readonly<Record<ClientKind, string>> = {
  registered: 'Registered itself',
  document: 'Known by its domain',
  'pre-registered': 'Entered by administrators',
  'service-account': 'Service account',
};

type Origin = Pick<CatalogClient, 'source' | 'kind' | 'clientId'>;

export function kindOf({ source, kind }: Origin): ClientKind {
  if (kind === 'service-account') return 'service-account';
  return source === 'registered' || source === 'document' ? source : 'pre-registered';
}

/** Where a client is from, with the domain that vouches for it: whoever holds it has published its metadata. */
export function ClientOrigin({ client }: { client: Origin }) {
  const domain = verifiedDomain(client);
  return (
    <>
      {KIND_NAMES[kindOf(client)]}
      {domain !== null && (
        <span class="aside">
          <Host name={domain} />
        </span>
      )}
      {client.source === 'static' && <span class="aside">in the configuration</span>}
    </>
  );
}

/** The host of the document that a client is identified by; null for any other. */
export function verifiedDomain({ source, clientId }: Origin): string | null {
  return source === 'document' && URL.canParse(clientId) ? new URL(clientId).host : null;
}

/** Where a client may be sent back to, each host once. */
export function redirectHosts(redirectUris: readonly string[]): string[] {
  return [...new Set(redirectUris.map((uri) => redirectHost(uri)))];
}

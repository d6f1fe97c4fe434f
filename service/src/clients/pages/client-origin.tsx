import { type ClientKind, Host } from 'nestjs-mcp-auth/service-kit';
import { type ClientProvenance, kindOf, verifiedDomain } from '../client-provenance.js';

/** What people read for a kind of client. */
export const KIND_NAMES: Readonly<Record<ClientKind, string>> = {
  registered: 'Registered itself',
  document: 'Known by its domain',
  'pre-registered': 'Entered by administrators',
  'service-account': 'Service account',
};

/** Where a client is from, with the domain that vouches for it: whoever holds it has published its metadata. */
export function ClientOrigin({ client }: { client: ClientProvenance }) {
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

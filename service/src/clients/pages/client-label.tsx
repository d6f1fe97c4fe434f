import { ClientName } from 'nestjs-mcp-auth/service-kit';

/** What a client calls itself, in quotes: proof of nothing. */
export function ClientLabel({ name }: { name: string | null }) {
  return <ClientName name={name} unnamed="Without a name" />;
}

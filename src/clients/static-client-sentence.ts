import type { StaticClientNote } from '../persistence/static-client.store.js';

/** What a start finds about a client of the options, for whoever reads the log. */
export function staticClientSentence(
  kind: 'resource server' | 'service account' | 'client',
  { clientId, what, until }: StaticClientNote,
): string {
  switch (what) {
    case 'unnamed':
      return `The ${kind} ${clientId} is not among the options any more, and stays as it is. To retire it, call McpClients.disable('${clientId}').`;
    case 'replaced':
      return `The ${kind} ${clientId} has another secret by the options of this start. The one before works until ${until?.toISOString()}.`;
    case 'superseded':
    default:
      return `The ${kind} ${clientId} has the secret here that another start has replaced. It works until ${until?.toISOString()}: give this process the new one, or, to go back to this one, start again after that.`;
  }
}

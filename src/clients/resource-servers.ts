import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { digest } from '../oauth/opaque-token.js';
import {
  type ResourceServerRow,
  type StaticClientNote,
  StaticClientStore,
} from '../persistence/static-client.store.js';

/** The resource servers of the options, as clients that may introspect and do nothing else. */
@Injectable()
export class ResourceServers {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: StaticClientStore,
    private readonly clock: Clock,
  ) {}

  /** @throws Error when a client of another kind has one of their ids. */
  async check(): Promise<void> {
    const clientIds = this.settings.resourceServers.map(({ clientId }) => clientId);
    const [taken] = await this.store.taken(clientIds);
    if (taken !== undefined)
      throw new Error(`\`introspection.clientId\` ${taken} is the id of another client: choose another one.`);
  }

  /** Writes them down. Sentences about what whoever starts it may not expect. */
  async save(): Promise<string[]> {
    const now = this.clock.now();
    const rows = this.settings.resourceServers.map(
      ({ resource, clientId, clientSecret, overlap }): ResourceServerRow => ({
        resource,
        clientId,
        secretHash: digest(clientSecret),
        previousExpiresAt: new Date(now + overlap * 1000),
      }),
    );
    return (await this.store.save(rows, new Date(now))).map(sentence);
  }
}

function sentence({ clientId, what, until }: StaticClientNote): string {
  switch (what) {
    case 'unnamed':
      return `The resource server ${clientId} is not among the options any more, and stays as it is. To retire it, call McpClients.disable('${clientId}').`;
    case 'replaced':
      return `The resource server ${clientId} has another secret by the options of this start. The one before works until ${until?.toISOString()}.`;
    case 'superseded':
    default:
      return `The resource server ${clientId} has the secret here that another start has replaced. It works until ${until?.toISOString()}: give this process the new one, or, to go back to this one, start again after that.`;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { digest } from '../oauth/opaque-token.js';
import { type ResourceServerRow, StaticClientStore } from '../persistence/static-client.store.js';

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

  /** Writes them down. Ids of those that the options do not name, and that stay as they are. */
  save(): Promise<string[]> {
    const rows = this.settings.resourceServers.map(
      ({ resource, clientId, clientSecret }): ResourceServerRow => ({
        resource,
        clientId,
        secretHash: digest(clientSecret),
      }),
    );
    return this.store.save(rows, new Date(this.clock.now()));
  }
}

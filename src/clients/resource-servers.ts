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

  /** Writes them down; one that the options no longer name is disabled. */
  async start(): Promise<void> {
    const rows = this.settings.resourceServers.map(
      ({ resource, clientId, clientSecret }): ResourceServerRow => ({
        resource,
        clientId,
        secretHash: digest(clientSecret),
      }),
    );
    await this.store.save(rows, new Date(this.clock.now()));
  }
}

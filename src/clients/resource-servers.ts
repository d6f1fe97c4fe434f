import type { Clock } from '../host/clock.js';
import type { ResourceServer } from '../oauth/resource.js';
import { digest } from '../oauth/opaque-token.js';
import type { ResourceServerRow, StaticClientStore } from '../persistence/static-client.store.js';

/** The resource servers of the options, as clients that may introspect and do nothing else. */
export class ResourceServers {
  constructor(
    private readonly configured: readonly ResourceServer[],
    private readonly store: StaticClientStore,
    private readonly clock: Clock,
  ) {}

  /** Writes them down; one that the options no longer name is disabled. */
  async start(): Promise<void> {
    const rows = this.configured.map(({ resource, clientId, clientSecret }): ResourceServerRow => ({
      resource,
      clientId,
      secretHash: digest(clientSecret),
    }));
    await this.store.save(rows, new Date(this.clock.now()));
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { digest } from '../oauth/opaque-token.js';
import { type ResourceServerRow, StaticClientStore } from '../persistence/static-client.store.js';
import { staticClientSentence } from './static-client-sentence.js';

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
    const notes = await this.store.save(rows, new Date(now));
    return notes.map((note) => staticClientSentence('resource server', note));
  }
}

import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type KnownClient, McpClients, OAuthError } from 'nestjs-mcp-auth';
import { redirectHost } from 'nestjs-mcp-auth/service-kit';
import { kindsOf } from '../config/client-selector.js';

/** A client as an administrator sees it before they decide. */
export interface SeenClient {
  client: KnownClient;
  /** Each once, in order. */
  redirectHosts: readonly string[];
  /** The kinds that it is of. */
  kinds: readonly string[];
  /** A digest of all that: whoever agrees says what they have seen. */
  shown: string;
}

/** Clients as they are at this moment. */
@Injectable()
export class SeenClients {
  constructor(private readonly clients: McpClients) {}

  /** Null where there is none, or nothing can be learned of it. */
  async find(clientId: string): Promise<SeenClient | null> {
    const client = await this.named(clientId);
    if (!client) return null;
    const redirectHosts = [...new Set(client.redirectUris.map(redirectHost))].toSorted();
    const uris: (string | null)[] = client.redirectUris.length > 0 ? [...client.redirectUris] : [null];
    const kinds = [...new Set(uris.flatMap((redirectUri) => kindsOf({ client, redirectUri })))];
    const { name, source, disabled } = client;
    const facts = JSON.stringify([clientId, name, source, disabled, redirectHosts, kinds]);
    return { client, redirectHosts, kinds, shown: createHash('sha256').update(facts).digest('base64url') };
  }

  private async named(clientId: string): Promise<KnownClient | undefined> {
    try {
      // Another client may be sent back to what is this one's id.
      return (await this.clients.named(clientId)).find((client) => client.clientId === clientId);
    } catch (error) {
      // Nobody's metadata is there.
      if (error instanceof OAuthError) return undefined;
      throw error;
    }
  }
}

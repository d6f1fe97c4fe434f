import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import { ClientStore } from '../persistence/client.store.js';
import type { ClientSource, FoundClient } from './client-source.js';

/** Clients that have a row: registered by themselves (RFC 7591) or by hand. */
@Injectable()
export class RegisteredClientSource implements ClientSource {
  readonly name = 'registered';

  constructor(
    private readonly store: ClientStore,
    private readonly settings: McpAuthSettings,
  ) {}

  owns(): boolean {
    return true;
  }

  async find(clientId: string): Promise<FoundClient | null> {
    const client = await this.store.find(clientId);
    // What a document said once is no registration.
    if (!client || client.source === 'document') return null;
    const { redirectSchemes } = this.settings;
    // What was registered under older rules counts by those of today.
    const redirectUris = client.redirectUris.filter((uri) => !checkRedirectUri(uri, redirectSchemes));
    return { client: { ...client, redirectUris, ...this.wayOut(client) }, freshUntil: Infinity };
  }

  /** Where people go when they are signed out: of a client of the options, where those say. */
  private wayOut({ clientId, source, postLogoutRedirectUris }: OAuthClient) {
    if (source !== 'static') return { postLogoutRedirectUris };
    const configured = this.settings.clients.find((client) => client.clientId === clientId);
    return { postLogoutRedirectUris: configured?.postLogoutRedirectUris };
  }
}

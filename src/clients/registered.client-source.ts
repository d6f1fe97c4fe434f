import { checkRedirectUri } from '../oauth/redirect-uri.js';
import type { ClientSource, ClientSourceContext, FoundClient } from './client-source.js';

/** Clients that have a row: registered by themselves (RFC 7591) or by hand. */
export class RegisteredClientSource implements ClientSource {
  readonly name = 'registered';

  constructor(private readonly context: ClientSourceContext) {}

  owns(): boolean {
    return true;
  }

  async find(clientId: string): Promise<FoundClient | null> {
    const client = await this.context.store.find(clientId);
    // What a document said once is no registration.
    if (!client || client.source === 'document') return null;
    const { redirectSchemes } = this.context.supported;
    // What was registered under older rules counts by those of today.
    const redirectUris = client.redirectUris.filter((uri) => !checkRedirectUri(uri, redirectSchemes));
    return { client: { ...client, redirectUris }, freshUntil: Infinity };
  }
}

import type { OAuthClient } from '../oauth/client.js';
import type { ClientStore } from '../persistence/client.store.js';
import type { ClientSource } from './client-source.js';

/** Clients that have a row: registered by themselves (RFC 7591) or by hand. */
export class RegisteredClientSource implements ClientSource {
  readonly name = 'registered';

  constructor(private readonly store: ClientStore) {}

  owns(): boolean {
    return true;
  }

  find(clientId: string): Promise<OAuthClient | null> {
    return this.store.find(clientId);
  }
}

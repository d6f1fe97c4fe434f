import { Injectable } from '@nestjs/common';
import { ClientStore } from '../persistence/client.store.js';
import type { ClientSource, FoundClient } from './client-source.js';

/** Clients that have a row: registered by themselves (RFC 7591) or by hand. */
@Injectable()
export class RegisteredClientSource implements ClientSource {
  readonly name = 'registered';

  constructor(private readonly store: ClientStore) {}

  owns(): boolean {
    return true;
  }

  async find(clientId: string): Promise<FoundClient | null> {
    const client = await this.store.find(clientId);
    // What a document said once is no registration.
    return client && client.source !== 'document' ? { client, freshUntil: Infinity } : null;
  }
}

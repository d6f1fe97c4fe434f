import { LRUCache } from 'lru-cache';
import type { OAuthClient } from '../oauth/client.js';
import type { ClientSource } from './client-source.js';

/** Longer ids are nobody's: they are answered without a look at the database. */
const LONGEST_CLIENT_ID = 2_000;

/** The clients of every source. */
export class ClientRegistry {
  // A disabled client is refused by the statement that issues, whatever stands here.
  private readonly cache = new LRUCache<string, OAuthClient>({ max: 5_000, ttl: 60_000 });

  constructor(private readonly sources: readonly ClientSource[]) {}

  /** The client of this id, from memory when it was seen within a minute; null for an unknown one. */
  async find(clientId: string): Promise<OAuthClient | null> {
    return this.cache.get(clientId) ?? this.load(clientId);
  }

  /** The client as its source has it now. */
  async load(clientId: string): Promise<OAuthClient | null> {
    if (clientId.length > LONGEST_CLIENT_ID || clientId.includes('\0')) return null;
    const source = this.sources.find((candidate) => candidate.owns(clientId));
    const client = (await source?.find(clientId)) ?? null;
    if (client) this.cache.set(clientId, client);
    else this.cache.delete(clientId);
    return client;
  }

  forget(clientId: string): void {
    this.cache.delete(clientId);
  }
}

import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Clock } from '../host/clock.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import type { OAuthClient } from '../oauth/client.js';
import { OAuthError } from '../oauth/errors.js';
import type { FeedListener, FeedRecord } from '../oauth/revocation.js';
import { isStorable } from '../oauth/storable-text.js';
import type { FoundClient } from './client-source.js';
import { ClientSources } from './client-sources.js';

/** Longer ids are nobody's: they are answered without a look at the database. */
const LONGEST_CLIENT_ID = 2_000;

/** A client as it is known here. */
export interface KnownClient {
  client: OAuthClient | null;
  /** Whether its source has it so, too. @throws TemporarilyUnavailableError when nobody can say. */
  isCurrent: () => Promise<boolean>;
}

/** The clients of every source, cached until the feed says that they have changed. */
@Injectable()
export class ClientRegistry implements FeedListener {
  private readonly cache = boundedCache<string, FoundClient>(5_000);
  /** How often something was forgotten: a client that was read before that must not be cached after it. */
  private changes = 0;

  constructor(
    private readonly sources: ClientSources,
    private readonly clock: Clock,
  ) {}

  /**
   * The client of this id; null for an unknown one.
   * @param address of the request that names it.
   * @throws OAuthError when its source says so.
   */
  async find(clientId: string, address?: string): Promise<OAuthClient | null> {
    return this.cached(clientId) ?? this.load(clientId, address);
  }

  /** The same for what must not rest on a client that has become another since: it asks whether it has, at most once. */
  async known(clientId: string, address?: string): Promise<KnownClient> {
    const cached = this.cached(clientId);
    if (!cached) return { client: await this.load(clientId, address), isCurrent: async () => true };
    let asked: Promise<boolean> | undefined;
    const isCurrent = () => (asked ??= this.isStill(cached, clientId, address));
    return { client: cached, isCurrent };
  }

  /** The client as its source has it now. */
  async load(clientId: string, address?: string): Promise<OAuthClient | null> {
    if (clientId.length > LONGEST_CLIENT_ID || !isStorable(clientId)) return null;
    const { changes } = this;
    const source = this.sources.all.find((candidate) => candidate.owns(clientId));
    const found = (await source?.find(clientId, address)) ?? null;
    if (!found) this.cache.delete(clientId);
    else if (changes === this.changes) this.cache.set(clientId, found);
    return found?.client ?? null;
  }

  /** What is no more is not known here afterwards, whatever its source says of it now. */
  private async isStill(cached: OAuthClient, clientId: string, address?: string): Promise<boolean> {
    const current = await this.load(clientId, address).catch((error: unknown) => {
      if (error instanceof OAuthError && error.getStatus() < 500) return null;
      throw error;
    });
    if (isDeepStrictEqual(current, cached)) return true;
    if (this.cached(clientId) === cached) this.cache.delete(clientId);
    return false;
  }

  private cached(clientId: string): OAuthClient | null {
    const known = this.cache.get(clientId);
    return known && this.clock.now() < known.freshUntil ? known.client : null;
  }

  forget(clientId: string): void {
    this.changes += 1;
    this.cache.delete(clientId);
  }

  private forgetAll(): void {
    this.changes += 1;
    this.cache.clear();
  }

  heard(records: readonly FeedRecord[]): void {
    for (const { kind, subject } of records)
      if (kind === 'client') this.forget(subject);
      else if (kind === 'unknown') this.forgetAll();
  }
}

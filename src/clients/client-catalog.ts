import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { clientIdOf } from '../oauth/client-id.js';
import { derivedToken, digest } from '../oauth/opaque-token.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import {
  type CatalogClient,
  type CatalogRow,
  ClientCatalogStore,
  type ClientFilter,
  type ClientHoldings,
} from '../persistence/client-catalog.store.js';
import type { Transaction } from '../persistence/database.js';
import type { ListWindow } from '../persistence/list-window.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';

/** A client that acts for people, as an administrator enters it. */
export interface EnteredClientOptions {
  name: string;
  /** Where browsers bring its codes. */
  redirectUris: readonly string[];
  /** Whether it keeps a secret. */
  confidential: boolean;
  /** A secret of whoever asks for it, of which id and client secret are made: what is asked for twice is made once. */
  seed: string;
}

/** A client that is there now. */
export interface EnteredClientResult {
  /** Of its row. */
  id: string;
  clientId: string;
  secret: string | null;
  /** False where the same was asked for before. */
  isNew: boolean;
}

/** All clients, for those who administer them. */
@Injectable()
export class ClientCatalog {
  constructor(
    private readonly store: ClientCatalogStore,
    private readonly settings: McpAuthSettings,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {}

  /** Those next to a place, nearest first. */
  page(filter: ClientFilter, sortedBy: 'name' | 'createdAt', window: ListWindow): Promise<CatalogRow[]> {
    return this.store.page(filter, sortedBy, window, this.now);
  }

  /** How many: `most + 1` where there are more. */
  count(filter: ClientFilter, most: number): Promise<number> {
    return this.store.count(filter, most);
  }

  /** @param id of its row. */
  find(id: string): Promise<CatalogClient | null> {
    return this.store.find(id);
  }

  /** @param clientId its `client_id`. */
  named(clientId: string, transaction?: Transaction): Promise<CatalogClient | null> {
    return this.store.named(clientId, transaction);
  }

  /** The same as `find`, and nobody else changes it, or grants anything to it, until the transaction ends. */
  hold(id: string, transaction: Transaction): Promise<CatalogClient | null> {
    return this.store.hold(id, transaction);
  }

  /** Whether there is a client of this id, whatever it is. */
  isKnown(clientId: string, transaction: Transaction): Promise<boolean> {
    return this.store.isKnown(clientId, transaction);
  }

  /** Whether a client has this secret now. */
  hasSecret(clientId: string, secret: string, transaction: Transaction): Promise<boolean> {
    return this.store.hasSecret(clientId, digest(secret), transaction);
  }

  holdings(clientId: string, transaction?: Transaction): Promise<ClientHoldings> {
    return this.store.holdings(clientId, this.now, transaction);
  }

  /** What is wrong with a place that browsers are to bring codes to; null where nothing is. */
  redirectProblem(uri: string): string | null {
    return checkRedirectUri(uri, this.settings.redirectSchemes)?.sentence ?? null;
  }

  /** Adds a client that acts for people. Its secret is shown once. */
  async add(
    { name, redirectUris, confidential, seed }: EnteredClientOptions,
    transaction: Transaction,
  ): Promise<EnteredClientResult> {
    const [id, clientId] = [randomUUID(), clientIdOf(seed)];
    const secret = confidential ? derivedToken(seed, 'client_secret') : null;
    const secretHash = secret === null ? null : digest(secret);
    const entered = { id, clientId, name, redirectUris, secretHash };
    if (await this.store.add(entered, this.now, transaction)) return { id, clientId, secret, isNew: true };
    const known = await this.named(clientId, transaction);
    return { id: known?.id ?? id, clientId, secret, isNew: false };
  }

  /** Ends all that a client has, and forgets it. How many grants there were. The audit is the caller's. */
  async delete({ id, clientId }: CatalogClient, transaction: Transaction): Promise<number> {
    const grants = await this.revocations.revokeClient(clientId, {}, transaction);
    await this.store.delete(id, this.now, transaction);
    return grants;
  }

  private get now(): Date {
    return new Date(this.clock.now());
  }
}

import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { newClientId } from '../oauth/client-id.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
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

  /** The same as `find`, and nobody else changes it until the transaction ends. */
  hold(id: string, transaction: Transaction): Promise<CatalogClient | null> {
    return this.store.hold(id, transaction);
  }

  /** Whether there is a client of this id, whatever it is. */
  isKnown(clientId: string, transaction: Transaction): Promise<boolean> {
    return this.store.isKnown(clientId, transaction);
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
    { name, redirectUris, confidential }: EnteredClientOptions,
    transaction: Transaction,
  ): Promise<{ id: string; clientId: string; secret: string | null }> {
    const [id, clientId] = [randomUUID(), newClientId()];
    const secret = confidential ? newOpaqueToken() : null;
    const secretHash = secret === null ? null : digest(secret);
    await this.store.add({ id, clientId, name, redirectUris, secretHash }, this.now, transaction);
    return { id, clientId, secret };
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

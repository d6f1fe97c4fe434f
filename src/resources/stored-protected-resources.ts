import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { concerns, type FeedListener, type FeedRecord } from '../oauth/revocation.js';
import type { Transaction } from '../persistence/database.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { SigningKeys } from '../tokens/signing-keys.js';

/** The resources of the options, and behind them those that are stored. */
@Injectable()
export class StoredProtectedResources extends ProtectedResources implements FeedListener {
  private resources: readonly ProtectedResource[];

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: ResourceStore,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {
    super();
    this.resources = settings.resources;
  }

  get issuer(): string {
    return this.settings.issuer;
  }

  all(): readonly ProtectedResource[] {
    return this.resources;
  }

  /** Whether the options set it, so that nothing else may. */
  isConfigured(identifier: string): boolean {
    const found = this.find(identifier);
    return found !== null && this.names(found.identifier);
  }

  private names(identifier: string): boolean {
    return this.settings.resources.some((resource) => resource.identifier === identifier);
  }

  /** Takes in what there is. */
  async load(transaction?: Transaction): Promise<void> {
    this.resources = await this.read(transaction);
  }

  /** Takes in what has changed, and has the keys ready before anybody is issued a token that they sign. */
  async follow(): Promise<void> {
    const resources = await this.read();
    await this.keys.makeMissing(resources.flatMap(({ signingAlgorithm }) => signingAlgorithm ?? []));
    this.resources = resources;
  }

  /** What there is: of those of the options the state, and all of the others. */
  async read(transaction?: Transaction): Promise<readonly ProtectedResource[]> {
    const stored = await this.store.list(transaction);
    const states = new Map(stored.map(({ identifier, enabled }) => [identifier, enabled]));
    const configured = this.settings.resources.map((resource) => ({
      ...resource,
      enabled: states.get(resource.identifier) ?? resource.enabled,
    }));
    const others = stored.filter(({ identifier }) => !this.names(identifier));
    return [...configured, ...others];
  }

  /**
   * Writes down what the options define, so that tokens can be issued for it. Identifiers of those that options once
   * named, and that stay as they are.
   */
  async save(): Promise<string[]> {
    const now = new Date(this.clock.now());
    await this.store.save(this.settings.resources, 'options', { now, issuedBefore: now });
    await this.load();
    const left = (await this.store.list()).filter(
      ({ identifier, source, enabled }) => source === 'options' && enabled && !this.names(identifier),
    );
    return left.map(({ identifier }) => identifier);
  }

  async heard(records: readonly FeedRecord[]): Promise<void> {
    if (records.some((record) => concerns(record, 'resource'))) await this.follow();
  }
}

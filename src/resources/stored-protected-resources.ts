import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { concerns, type FeedListener, type FeedRecord } from '../oauth/revocation.js';
import { ResourceStore } from '../persistence/resource.store.js';

/** The resources of the options, and behind them those that are stored. */
@Injectable()
export class StoredProtectedResources extends ProtectedResources implements FeedListener {
  private resources: readonly ProtectedResource[];

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: ResourceStore,
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
    return found !== null && this.settings.resources.includes(found);
  }

  /** Writes the options down, so that tokens can be issued for them, and loads the rest. */
  async start(): Promise<void> {
    await this.store.save(this.settings.resources, 'options', new Date(this.clock.now()));
    await this.reload();
  }

  async reload(): Promise<void> {
    const stored = await this.store.list();
    this.resources = [...this.settings.resources, ...stored];
  }

  async heard(records: readonly FeedRecord[]): Promise<void> {
    if (records.some((record) => concerns(record, 'resource'))) await this.reload();
  }
}

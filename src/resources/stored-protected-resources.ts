import type { Clock } from '../host/clock.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import type { FeedListener, FeedRecord } from '../oauth/revocation.js';
import type { ResourceStore } from '../persistence/resource.store.js';

/** The resources of the options, and behind them those that are stored. */
export class StoredProtectedResources extends ProtectedResources implements FeedListener {
  private resources: readonly ProtectedResource[];

  constructor(
    readonly issuer: string,
    private readonly configured: readonly ProtectedResource[],
    private readonly store: ResourceStore,
    private readonly clock: Clock,
  ) {
    super();
    this.resources = configured;
  }

  all(): readonly ProtectedResource[] {
    return this.resources;
  }

  /** Whether the options set it, so that nothing else may. */
  isConfigured(identifier: string): boolean {
    const found = this.find(identifier);
    return found !== null && this.configured.includes(found);
  }

  /** Writes the options down, so that tokens can be issued for them, and loads the rest. */
  async start(): Promise<void> {
    await this.store.save(this.configured, 'options', new Date(this.clock.now()));
    await this.reload();
  }

  async reload(): Promise<void> {
    const stored = await this.store.list();
    this.resources = [...this.configured, ...stored];
  }

  async heard(records: readonly FeedRecord[]): Promise<void> {
    if (records.some(({ kind }) => kind === 'resource')) await this.reload();
  }
}

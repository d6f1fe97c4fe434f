import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { IssueTimes } from '../tokens/issue-times.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { describeResource } from './describe-resources.js';
import type { ResourceOptions } from './resource-options.js';
import { StoredProtectedResources } from './stored-protected-resources.js';

/** Milliseconds: what another replica is issuing while a resource is disabled is refused too. */
const IN_FLIGHT = 5_000;

/** The protected MCP servers, while the application runs. Every replica follows within a second. */
@Injectable()
export class McpResources {
  private readonly logger = new Logger(McpResources.name);

  constructor(
    private readonly resources: StoredProtectedResources,
    private readonly store: ResourceStore,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly issueTimes: IssueTimes,
    private readonly audit: AuditLog,
  ) {}

  /** All of them; the first is the default. */
  all(): readonly ProtectedResource[] {
    return this.resources.all();
  }

  /**
   * Adds a resource, or replaces the one of this identifier. `enabled: false` revokes its tokens, and no more are
   * issued.
   * @throws Error with a sentence that says what to change for a wrong one, or for one that the options set.
   */
  async save(resource: ResourceOptions): Promise<void> {
    const described = describeResource(resource, {});
    if (this.resources.isConfigured(described.identifier))
      throw new Error(`The resource ${described.identifier} is set by the options: change it there.`);
    if (described.signingAlgorithm) await this.keys.makeMissing([described.signingAlgorithm]);
    const known = this.resources.find(described.identifier);
    const identifier = known?.identifier ?? described.identifier;
    await this.store.save([{ ...described, identifier }], 'stored', this.times());
    const detail = { enabled: described.enabled };
    this.audit.record({ action: 'resource.change', outcome: 'success', resource: identifier, detail });
    await this.resources.load();
  }

  /**
   * Retires a resource, whoever defined it: no more tokens are issued for it, and those there are are refused on every
   * replica within a second. It stays so until it is enabled, whatever options say. False when it was so already.
   * @throws Error for an unknown one.
   */
  disable(identifier: string): Promise<boolean> {
    return this.setEnabled(identifier, false);
  }

  /** Takes a disabled resource back into service: grants live on, and new tokens work at once. @throws Error for an unknown one. */
  enable(identifier: string): Promise<boolean> {
    return this.setEnabled(identifier, true);
  }

  private async setEnabled(identifier: string, enabled: boolean): Promise<boolean> {
    const known = this.resources.find(identifier);
    if (!known) throw new Error(`There is no resource ${identifier}.`);
    const changed = await this.store.setEnabled(known.identifier, enabled, this.times());
    if (!changed) return false;
    await this.resources.load();
    const resource = known.identifier;
    this.logger.warn(`The MCP server ${resource} is ${enabled ? 'enabled' : 'disabled'} now.`);
    this.audit.record({
      action: enabled ? 'resource.enable' : 'resource.disable',
      outcome: 'success',
      resource,
    });
    return true;
  }

  private times(): { now: Date; issuedBefore: Date } {
    return { now: new Date(this.clock.now()), issuedBefore: this.issueTimes.takeBack(IN_FLIGHT) };
  }
}

import { Injectable } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { describeResource } from './describe-resources.js';
import type { ResourceOptions } from './resource-options.js';
import { StoredProtectedResources } from './stored-protected-resources.js';

/** The protected MCP servers, while the application runs. Every replica follows within a second. */
@Injectable()
export class McpResources {
  constructor(
    private readonly resources: StoredProtectedResources,
    private readonly store: ResourceStore,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
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
    await this.store.save([{ ...described, identifier }], 'stored', new Date(this.clock.now()));
    const detail = { enabled: described.enabled };
    this.audit.record({ action: 'resource.change', outcome: 'success', resource: identifier, detail });
    await this.resources.reload();
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { SECRET_OVERLAP } from '../oauth/client.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import type { Transaction } from '../persistence/database.js';
import { type ResourceCredentials, ResourceServerStore } from '../persistence/resource-server.store.js';
import { ResourceStore } from '../persistence/resource.store.js';
import { IssueTimes } from '../tokens/issue-times.js';
import { describeResource } from './describe-resources.js';
import type { ResourceOptions } from './resource-options.js';
import { StoredProtectedResources } from './stored-protected-resources.js';

/** Milliseconds: what another replica is issuing while a resource is disabled is refused too. */
const IN_FLIGHT = 5_000;

/** What the server of a resource proves itself with (RFC 7662 §2.1). */
export interface NewResourceCredentials {
  /** `client_id` of the server. */
  clientId: string;
  /** Shown this once. */
  clientSecret: string;
}

/** The protected MCP servers, while the application runs. Every replica follows within a second. */
@Injectable()
export class McpResources {
  private readonly logger = new Logger(McpResources.name);

  constructor(
    private readonly resources: StoredProtectedResources,
    private readonly store: ResourceStore,
    private readonly servers: ResourceServerStore,
    private readonly clock: Clock,
    private readonly issueTimes: IssueTimes,
    private readonly audit: AuditLog,
  ) {}

  /** All of them; the first is the default. */
  all(): readonly ProtectedResource[] {
    return this.resources.all();
  }

  /** The same, as a transaction of the host's has them that is not over; nobody goes by them yet. */
  allIn(transaction: Transaction): Promise<readonly ProtectedResource[]> {
    return this.resources.read(transaction);
  }

  /** Whether the options set it: then its definition is read there alone, and its state here. */
  isConfigured(identifier: string): boolean {
    return this.resources.isConfigured(identifier);
  }

  /** The one of this identifier in any of its equal spellings, or null. */
  find(identifier: string): ProtectedResource | null {
    return this.resources.find(identifier);
  }

  /**
   * Takes in at once what a transaction of the host's has changed; every replica does within a second.
   * @param transaction in which they are read.
   */
  reload(transaction?: Transaction): Promise<void> {
    return transaction ? this.resources.load(transaction) : this.resources.follow();
  }

  /** How many grants there are at a resource, `limit` at most. */
  countGrants(identifier: string, limit: number): Promise<number> {
    return this.store.countGrants(identifier, new Date(this.clock.now()), limit);
  }

  /**
   * Adds a resource, or replaces the one of this identifier. `enabled: false` revokes its tokens, and no more are
   * issued.
   * @param transaction of the host's, on the module's DataSource: it is made when that commits, and the audit is the host's.
   * @throws Error with a sentence that says what to change for a wrong one, or for one that the options set.
   */
  async save(resource: ResourceOptions, transaction?: Transaction): Promise<void> {
    const described = describeResource(resource, {});
    if (this.resources.isConfigured(described.identifier))
      throw new Error(`The resource ${described.identifier} is set by the options: change it there.`);
    const known = this.resources.find(described.identifier);
    const identifier = known?.identifier ?? described.identifier;
    await this.store.save([{ ...described, identifier }], 'stored', this.times(), transaction);
    if (transaction) return;
    const detail = { enabled: described.enabled };
    this.audit.record({ action: 'resource.change', outcome: 'success', resource: identifier, detail });
    await this.resources.follow();
  }

  /**
   * Retires a resource, whoever defined it: no more tokens are issued for it, and those there are are refused on every
   * replica within a second. It stays so until it is enabled, whatever options say. False when it was so already.
   * @param transaction as of `save`.
   * @throws Error for an unknown one.
   */
  disable(identifier: string, transaction?: Transaction): Promise<boolean> {
    return this.setEnabled(identifier, false, transaction);
  }

  /**
   * Takes a disabled resource back into service: grants live on, and new tokens work at once.
   * @param transaction as of `save`.
   * @throws Error for an unknown one.
   */
  enable(identifier: string, transaction?: Transaction): Promise<boolean> {
    return this.setEnabled(identifier, true, transaction);
  }

  /** Of the servers, by which they introspect tokens and exchange them. */
  credentials(): Promise<ResourceCredentials[]> {
    return this.servers.list();
  }

  /**
   * Gives the server of a resource a new secret, and credentials where it has none, which are answered and shown once.
   * The secret before goes on working for `overlap` seconds (86400 by default, 0 ends it at once).
   * @param transaction as of `save`.
   * @throws Error for an unknown one, and for one that the options set.
   */
  async renewCredentials(
    identifier: string,
    { overlap = SECRET_OVERLAP, transaction }: { overlap?: number; transaction?: Transaction } = {},
  ): Promise<NewResourceCredentials> {
    const resource = this.resources.find(identifier)?.identifier;
    if (resource === undefined) throw new Error(`There is no resource ${identifier}.`);
    if (this.isConfigured(resource))
      throw new Error(`The resource ${resource} is set by the options: change its \`introspection\` there.`);
    const clientSecret = newOpaqueToken();
    const now = this.clock.now();
    const { clientId } = await this.servers.renew(
      {
        resource,
        // The same of all replicas, so that a server never has two.
        clientId: `server-${digest(resource).slice(0, 22)}`,
        secretHash: digest(clientSecret),
        previousExpiresAt: new Date(now + overlap * 1000),
      },
      new Date(now),
      transaction,
    );
    return { clientId, clientSecret };
  }

  private async setEnabled(
    identifier: string,
    enabled: boolean,
    transaction?: Transaction,
  ): Promise<boolean> {
    const known = this.resources.find(identifier);
    if (!known) throw new Error(`There is no resource ${identifier}.`);
    const changed = await this.store.setEnabled(known.identifier, enabled, this.times(), transaction);
    if (!changed) return false;
    if (transaction) return true;
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

import { Injectable, Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ResourceServers } from '../clients/resource-servers.js';
import { checkResources } from '../guard/check-resources.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { AuthorizationServerStore } from '../persistence/authorization-server.store.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { DatabaseClock } from '../tokens/database-clock.js';
import { Housekeeping } from '../tokens/housekeeping.js';
import { KeyRotation } from '../tokens/key-rotation.js';
import { RevocationFeed } from '../tokens/revocation-feed.js';
import { SigningKeys } from '../tokens/signing-keys.js';

/**
 * Brings the options into force in two steps. The first one reads and checks, and changes nothing, so that a start that
 * fails leaves other replicas alone. The second one writes; it is taken as soon as this replica is in business, and
 * takes nothing away from the others.
 */
@Injectable()
export class OptionsInForce {
  private readonly logger = new Logger(OptionsInForce.name);
  private writing: Promise<void> | undefined;
  private written = false;

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly modules: ModulesContainer,
    private readonly owner: AuthorizationServerStore,
    private readonly resources: StoredProtectedResources,
    private readonly resourceServers: ResourceServers,
    private readonly keys: SigningKeys,
    private readonly policy: HostPolicy,
    private readonly clock: DatabaseClock,
    private readonly feed: RevocationFeed,
    private readonly housekeeping: Housekeeping,
    private readonly rotation: KeyRotation,
  ) {}

  /** @throws Error with one sentence that says what to change; nothing was written. */
  async check(): Promise<void> {
    await this.checkIssuer();
    await this.keys.open();
    await this.resources.load();
    checkResources(this.modules, this.resources);
    await this.resourceServers.check();
    await this.policy.reload();
    await this.feed.start();
    if (this.clock.isTrusted) return;
    await this.feed.stop();
    throw new Error(this.clock.describe() ?? '');
  }

  /** Undefined once everything is written down; until then whoever comes waits for it. */
  write(): Promise<void> | undefined {
    if (this.written) return undefined;
    this.writing ??= this.writeNow().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeNow(): Promise<void> {
    const { issuer, signing } = this.settings;
    await this.owner.claim(issuer, new Date(this.clock.now()));
    await this.checkIssuer();
    await this.keys.complete([...signing.algorithms, ...this.resources.signingAlgorithms()]);
    for (const identifier of await this.resources.save())
      this.logger.warn(
        `The MCP server ${identifier} is not among the options any more, and stays as it is. To retire it, call McpResources.disable('${identifier}').`,
      );
    for (const clientId of await this.resourceServers.save())
      this.logger.warn(
        `The resource server ${clientId} is not among the options any more, and stays as it is. To retire it, call McpClients.disable('${clientId}').`,
      );
    this.housekeeping.start();
    this.rotation.start();
    this.written = true;
  }

  /** RFC 8414 §2: tokens, grants and keys belong to one issuer. */
  private async checkIssuer(): Promise<void> {
    const owner = await this.owner.issuer();
    if (owner !== null && owner !== this.settings.issuer)
      throw new Error(
        `The database belongs to the issuer ${owner}: set \`issuer\` (MCP_AUTH_ISSUER) to it, or give ${this.settings.issuer} a database or a schema of its own.`,
      );
  }
}

import { Injectable } from '@nestjs/common';
import { PreRegisteredClients } from '../clients/pre-registered-clients.js';
import { ResourceServers } from '../clients/resource-servers.js';
import { ServiceAccounts } from '../clients/service-accounts.js';
import { checkDecorators } from '../guard/check-decorators.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { DatabaseClock } from '../tokens/database-clock.js';
import { RevocationFeed } from '../tokens/revocation-feed.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { HostNest } from '../mount/host-nest.js';
import { IssuerBinding } from './issuer-binding.js';

/** Reads and checks all that a start rests on, and changes nothing, so that one that fails leaves other replicas alone; a new secret is written down at the end. */
@Injectable()
export class StartChecks {
  constructor(
    private readonly nest: HostNest,
    private readonly issuer: IssuerBinding,
    private readonly keys: SigningKeys,
    private readonly resources: StoredProtectedResources,
    private readonly resourceServers: ResourceServers,
    private readonly serviceAccounts: ServiceAccounts,
    private readonly clients: PreRegisteredClients,
    private readonly policy: HostPolicy,
    private readonly feed: RevocationFeed,
    private readonly clock: DatabaseClock,
    private readonly settings: McpAuthSettings,
  ) {}

  /** @throws Error with one sentence that says what to change; nothing was written. */
  async run(): Promise<void> {
    await this.issuer.check();
    await this.keys.open();
    await this.resources.load();
    checkDecorators(this.nest.modules, this.resources);
    await this.resourceServers.check();
    await this.serviceAccounts.check();
    await this.clients.check();
    await this.policy.reload();
    await this.feed.start();
    if (this.clock.isTrusted) return this.settings.keepSecret();
    await this.feed.stop();
    throw new Error(this.clock.describe() ?? '');
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { PreRegisteredClients } from '../clients/pre-registered-clients.js';
import { ResourceServers } from '../clients/resource-servers.js';
import { ServiceAccounts } from '../clients/service-accounts.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { BackchannelLogout } from '../interaction/backchannel-logout.js';
import { Housekeeping } from '../tokens/housekeeping.js';
import { KeyRotation } from '../tokens/key-rotation.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { IssuerBinding } from './issuer-binding.js';

/**
 * Writes down what the options define, as soon as this replica is in business, and takes nothing away from the others.
 * `StartChecks` has found by then that it can be done.
 */
@Injectable()
export class OptionsInForce {
  private readonly logger = new Logger(OptionsInForce.name);
  private writing: Promise<void> | undefined;
  private written = false;

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly issuer: IssuerBinding,
    private readonly keys: SigningKeys,
    private readonly resources: StoredProtectedResources,
    private readonly resourceServers: ResourceServers,
    private readonly serviceAccounts: ServiceAccounts,
    private readonly clients: PreRegisteredClients,
    private readonly logouts: BackchannelLogout,
    private readonly housekeeping: Housekeeping,
    private readonly rotation: KeyRotation,
  ) {}

  /** Undefined once everything is written down; until then whoever comes waits for it. */
  write(): Promise<void> | undefined {
    if (this.written) return undefined;
    this.writing ??= this.writeNow().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  /** Whatever is being written ends first: it starts what is stopped at the end. */
  async settled(): Promise<void> {
    await this.writing?.catch(() => undefined);
  }

  private async writeNow(): Promise<void> {
    await this.issuer.claim();
    await this.keys.complete([...this.settings.signing.algorithms, ...this.resources.signingAlgorithms()]);
    for (const identifier of await this.resources.save())
      this.logger.warn(
        `The MCP server ${identifier} is not among the options any more, and stays as it is. To retire it, call McpResources.disable('${identifier}').`,
      );
    for (const sentence of await this.resourceServers.save()) this.logger.warn(sentence);
    for (const sentence of await this.serviceAccounts.saveConfigured()) this.logger.warn(sentence);
    for (const sentence of await this.clients.save()) this.logger.warn(sentence);
    this.housekeeping.start();
    this.rotation.start();
    this.logouts.start();
    this.written = true;
  }
}

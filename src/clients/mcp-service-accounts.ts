import { Injectable } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { newOpaqueToken } from '../oauth/opaque-token.js';
import type { Transaction } from '../persistence/database.js';
import { type ServiceAccount, ServiceAccountStore } from '../persistence/service-account.store.js';
import { describeServiceAccount } from './describe-service-accounts.js';
import type { ServiceAccountOptions } from './service-account-options.js';
import { ServiceAccounts } from './service-accounts.js';

/**
 * The clients that act for themselves, while the application runs. Every replica follows within a second.
 * `McpClients` rotates their secrets, disables and enables them.
 */
@Injectable()
export class McpServiceAccounts {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly accounts: ServiceAccounts,
    private readonly store: ServiceAccountStore,
    private readonly audit: AuditLog,
  ) {}

  /** All of them, by their ids. */
  list(): Promise<ServiceAccount[]> {
    return this.store.list();
  }

  /**
   * Adds a service account, or replaces the one of this id; whatever is changed but the name ends the tokens it has, and
   * a new secret ends every one before it, at once. One with neither keys nor a secret, old or new, gets a secret, which is
   * answered and shown once; null otherwise.
   * @param transaction of the host's, on the module's DataSource: it is made when that commits, and the audit is the host's.
   * @throws Error with a sentence that says what to change: for a wrong one, for the id of another client or of one that
   * the options set, and where the option `serviceAccounts` is not set.
   */
  async save(account: ServiceAccountOptions, transaction?: Transaction): Promise<string | null> {
    if (this.settings.serviceAccounts === null)
      throw new Error('Service accounts are turned off: set `serviceAccounts`, to an empty list at least.');
    const described = describeServiceAccount(account);
    const { clientId } = described;
    const taken = new Error(
      `The id ${clientId} is that of another client, or set by the options: choose another one.`,
    );
    if ((await this.store.taken([clientId], 'administrator', transaction)).length > 0) throw taken;
    const secret = (await this.needsSecret(described, transaction)) ? newOpaqueToken() : null;
    const saved = { ...described, clientSecret: described.clientSecret ?? secret };
    const { changed } = await this.accounts.save([saved], 'administrator', transaction);
    // Somebody else was quicker.
    if (secret !== null && changed.length === 0) throw taken;
    if (changed.length > 0 && !transaction) {
      const { resources, scopes, tokenEndpointAuthMethod: authMethod } = described;
      const detail = { resources, scopes, authMethod };
      this.audit.record({ action: 'service-account.change', outcome: 'success', clientId, detail });
    }
    return secret;
  }

  private async needsSecret(
    { clientId, ...account }: ReturnType<typeof describeServiceAccount>,
    transaction?: Transaction,
  ): Promise<boolean> {
    if (account.jwks || account.jwksUri || account.clientSecret) return false;
    const known = (await this.store.list(transaction)).find((one) => one.clientId === clientId);
    return !known?.tokenEndpointAuthMethod.startsWith('client_secret');
  }
}

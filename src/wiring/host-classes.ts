import { Inject, Injectable, type Type } from '@nestjs/common';
import { HostAuditLog } from '../host/audit-log.js';
import { HostPolicy } from '../host/authorization-policy.js';
import { HostClaims } from '../host/claims-provider.js';
import { HostAccounts } from '../host/host-accounts.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { HOST_CLASSES } from '../mcp-auth.module-definition.js';
import type { McpAuthExtras } from '../mcp-auth.options.js';
import { HostNest } from '../mount/host-nest.js';

/** The classes that the host names, found among its own providers once every module is built. */
@Injectable()
export class HostClasses {
  constructor(
    @Inject(HOST_CLASSES) private readonly named: Partial<McpAuthExtras>,
    private readonly nest: HostNest,
    private readonly accounts: HostAccounts,
    private readonly claims: HostClaims,
    private readonly policy: HostPolicy,
    private readonly audit: HostAuditLog,
    private readonly limits: HostRateLimiter,
  ) {}

  /** @throws Error with one sentence that says what to change. */
  connect(): void {
    const { accounts, claims, policy, audit, rateLimiter } = this.named;
    if (!accounts)
      throw new Error('`accounts` is not set: give McpAuthModule the class of your AccountDirectory.');
    this.accounts.use(this.find(accounts));
    if (claims) this.claims.use(this.find(claims));
    if (audit) this.audit.use(this.find(audit));
    if (policy) this.policy.use(this.find(policy));
    if (rateLimiter) this.limits.use(this.find(rateLimiter));
  }

  private find<Provider>(hostClass: Type<Provider>): Provider {
    try {
      return this.nest.module.get(hostClass, { strict: false });
    } catch (error) {
      throw new Error(`${hostClass.name} is not provided: add it to the providers of one of your modules.`, {
        cause: error,
      });
    }
  }
}

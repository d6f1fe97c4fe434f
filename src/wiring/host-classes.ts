import { Inject, Injectable, Optional, Scope, type Type } from '@nestjs/common';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog, HostAuditLog } from '../host/audit-log.js';
import { AuthorizationPolicy, HostPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider, HostClaims } from '../host/claims-provider.js';
import { HostAccounts } from '../host/host-accounts.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { RateLimiter } from '../host/rate-limiter.js';
import { HOST_CLASSES } from '../mcp-auth.module-definition.js';
import type { McpAuthExtras } from '../mcp-auth.options.js';
import { HostNest } from '../mount/host-nest.js';

type Base<Provider> = abstract new (...args: never[]) => Provider;

/** The classes that the host names, found among its own providers once every module is built. */
@Injectable()
export class HostClasses {
  constructor(
    @Optional() @Inject(HOST_CLASSES) private readonly named: Partial<McpAuthExtras> = {},
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
    this.accounts.use(this.find('accounts', accounts, AccountDirectory, 'find'));
    if (claims) this.claims.use(this.find('claims', claims, ClaimsProvider));
    if (audit) this.audit.use(this.find('audit', audit, AuditLog));
    if (policy) this.policy.use(this.find('policy', policy, AuthorizationPolicy));
    if (rateLimiter) this.limits.use(this.find('rateLimiter', rateLimiter, RateLimiter, 'consume'));
  }

  /** @param abstract the method that the base leaves to the host, where it leaves one. */
  private find<Provider extends object>(
    option: keyof McpAuthExtras,
    hostClass: Type<Provider>,
    base: Base<Provider>,
    abstract?: keyof Provider & string,
  ): Provider {
    if (typeof hostClass !== 'function')
      throw new Error(
        `\`${option}\` is no class: give the class of your ${base.name} itself, and add it to the providers of one of your modules.`,
      );
    if ((hostClass as unknown) === base)
      throw new Error(`\`${option}\` is ${base.name} itself: give a class of yours that extends it.`);
    const found = this.instance(option, hostClass);
    const methods = [...Object.getOwnPropertyNames(base.prototype), ...(abstract ? [abstract] : [])];
    for (const method of methods)
      if (typeof Reflect.get(found, method) !== 'function')
        throw new Error(
          `\`${option}\` is ${hostClass.name}, which has no method ${method}: let it extend ${base.name}.`,
        );
    return found;
  }

  private instance<Provider extends object>(
    option: keyof McpAuthExtras,
    hostClass: Type<Provider>,
  ): Provider {
    const { module } = this.nest;
    try {
      if (module.introspect(hostClass).scope === Scope.DEFAULT)
        return module.get(hostClass, { strict: false });
    } catch (error) {
      throw new Error(`${hostClass.name} is not provided: add it to the providers of one of your modules.`, {
        cause: error,
      });
    }
    throw new Error(
      `\`${option}\` is ${hostClass.name}, which is made anew for each request: give it, and all that it asks for in its constructor, the default scope.`,
    );
  }
}

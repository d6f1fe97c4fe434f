import {
  type BeforeApplicationShutdown,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { ForeignFetch } from './clients/foreign-fetch.js';
import { McpClients } from './clients/mcp-clients.js';
import { ResourceServers } from './clients/resource-servers.js';
import { ENDPOINTS } from './endpoints/endpoints.js';
import { EndpointExceptionFilter } from './endpoints/endpoint-exception.filter.js';
import { checkResources } from './guard/check-resources.js';
import { McpSessions } from './guard/mcp-sessions.js';
import type { AccountDirectory } from './host/account-directory.js';
import { type AuditLog, HostAuditLog } from './host/audit-log.js';
import { type AuthorizationPolicy, HostPolicy } from './host/authorization-policy.js';
import { type ClaimsProvider, HostClaims } from './host/claims-provider.js';
import { McpAuthSettings } from './host/mcp-auth-settings.js';
import { HostAccounts } from './host/host-accounts.js';
import { HostRateLimiter } from './host/host-rate-limiter.js';
import type { RateLimiter } from './host/rate-limiter.js';
import { McpInteractions } from './interaction/mcp-interactions.js';
import {
  ACCOUNTS_CLASS,
  AUDIT_CLASS,
  CLAIMS_CLASS,
  ConfigurableModuleClass,
  POLICY_CLASS,
  RATE_LIMITER_CLASS,
} from './mcp-auth.module-definition.js';
import { mountAhead } from './mount/host-mount.js';
import { InnerApplication } from './mount/inner-application.js';
import { resourceCors } from './mount/resource-cors.js';
import { ProtectedResources } from './oauth/protected-resources.js';
import { type DataSourceSettings, MCP_AUTH_CONNECTION, openDataSource } from './persistence/data-source.js';
import { McpResources } from './resources/mcp-resources.js';
import { StoredProtectedResources } from './resources/stored-protected-resources.js';
import { Housekeeping } from './tokens/housekeeping.js';
import { McpConnections } from './tokens/mcp-connections.js';
import { McpHealth } from './tokens/mcp-health.js';
import { McpRevocations } from './tokens/mcp-revocations.js';
import { KeyRotation } from './tokens/key-rotation.js';
import { McpSecrets } from './tokens/mcp-secrets.js';
import { McpSigningKeys } from './tokens/mcp-signing-keys.js';
import { RevocationFeed } from './tokens/revocation-feed.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { OPTION_PROVIDERS } from './wiring/option.providers.js';
import { REGISTRY_PROVIDERS } from './wiring/registry.providers.js';
import { SERVICES } from './wiring/services.js';

/** Bytes of a request body. */
const BODY_LIMIT = 65_536;

/**
 * OAuth 2.1 for the MCP servers of a NestJS application: `McpAuthModule.forRoot({ … })`, once.
 * It serves the endpoints below the issuer and the well-known documents, and provides what `McpAuthGuard` needs.
 */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      name: MCP_AUTH_CONNECTION,
      inject: [McpAuthSettings],
      useFactory: ({ database }: McpAuthSettings) => ({
        ...(database as unknown as DataSourceOptions),
        // One sentence says what is wrong; trying again would only say it later.
        toRetry: () => false,
      }),
      dataSourceFactory: (options) => openDataSource(options as unknown as DataSourceSettings),
    }),
  ],
  providers: [...OPTION_PROVIDERS, ...REGISTRY_PROVIDERS, ...SERVICES],
  exports: [
    McpAuthSettings,
    AccessTokenVerifier,
    ProtectedResources,
    McpSessions,
    McpInteractions,
    McpClients,
    McpConnections,
    McpHealth,
    McpResources,
    McpRevocations,
    McpSecrets,
    McpSigningKeys,
  ],
})
export class McpAuthModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly endpoints: InnerApplication;
  private started: Promise<void> | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly module: ModuleRef,
    private readonly modules: ModulesContainer,
    private readonly settings: McpAuthSettings,
    resources: ProtectedResources,
    @Inject(ACCOUNTS_CLASS) private readonly accountsClass: Type<AccountDirectory> | undefined,
    @Inject(CLAIMS_CLASS) private readonly claimsClass: Type<ClaimsProvider> | undefined,
    @Inject(POLICY_CLASS) private readonly policyClass: Type<AuthorizationPolicy> | undefined,
    @Inject(AUDIT_CLASS) private readonly auditClass: Type<AuditLog> | undefined,
    @Inject(RATE_LIMITER_CLASS) private readonly limiterClass: Type<RateLimiter> | undefined,
  ) {
    super();
    if ([...modules.values()].filter(({ metatype }) => metatype === McpAuthModule).length > 1)
      throw new Error('McpAuthModule is imported twice: call forRoot once; the module is global.');
    this.endpoints = new InnerApplication(host, module, {
      basePath: settings.basePath,
      controllers: ENDPOINTS,
      filters: [EndpointExceptionFilter],
      bodyLimit: BODY_LIMIT,
      trustProxy: settings.trustProxy,
    });
    mountAhead(host, resourceCors(resources));
  }

  /** Runs before any other module is initialised, so that a host that cannot work never listens. */
  async configure(_consumer: MiddlewareConsumer): Promise<void> {
    await this.start();
  }

  async onModuleInit(): Promise<void> {
    await this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.module.get(Housekeeping).stop();
    await this.module.get(KeyRotation).stop();
  }

  /** By now the host's server has answered its last request: until then they need all of this. */
  async onApplicationShutdown(): Promise<void> {
    await this.endpoints.close();
    await this.module.get(RevocationFeed).stop();
    await this.module.get(ForeignFetch).close();
  }

  private start(): Promise<void> {
    this.started ??= this.startServices();
    return this.started;
  }

  private async startServices(): Promise<void> {
    this.module.get(HostAccounts).use(this.findAccounts());
    if (this.claimsClass) this.module.get(HostClaims).use(this.find(this.claimsClass));
    if (this.auditClass) this.module.get(HostAuditLog).use(this.find(this.auditClass));
    if (this.policyClass) this.module.get(HostPolicy).use(this.find(this.policyClass));
    if (this.limiterClass) this.module.get(HostRateLimiter).use(this.find(this.limiterClass));
    const resources = this.module.get(StoredProtectedResources);
    await resources.start();
    checkResources(this.modules, resources);
    await this.module
      .get(SigningKeys)
      .load([...this.settings.signing.algorithms, ...resources.signingAlgorithms()]);
    await this.module.get(ResourceServers).start();
    await this.module.get(HostPolicy).reload();
    await this.module.get(RevocationFeed).start();
    this.module.get(Housekeeping).start();
    this.module.get(KeyRotation).start();
    if (this.host.httpAdapter) await this.endpoints.create();
  }

  private findAccounts(): AccountDirectory {
    if (!this.accountsClass)
      throw new Error('`accounts` is not set: give McpAuthModule the class of your AccountDirectory.');
    return this.find(this.accountsClass);
  }

  private find<Provider>(hostClass: Type<Provider>): Provider {
    try {
      return this.module.get(hostClass, { strict: false });
    } catch (error) {
      throw new Error(`${hostClass.name} is not provided: add it to the providers of one of your modules.`, {
        cause: error,
      });
    }
  }
}

import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { ForeignFetch } from './fetching/foreign-fetch.js';
import { McpClients } from './clients/mcp-clients.js';
import { ResourceServers } from './clients/resource-servers.js';
import { ENDPOINTS } from './endpoints/endpoints.js';
import { EndpointExceptionFilter } from './endpoints/endpoint-exception.filter.js';
import { checkResources } from './guard/check-resources.js';
import { McpSessions } from './guard/mcp-sessions.js';
import { HostPolicy } from './host/authorization-policy.js';
import { McpAuthSettings } from './host/mcp-auth-settings.js';
import { McpInteractions } from './interaction/mcp-interactions.js';
import { ConfigurableModuleClass } from './mcp-auth.module-definition.js';
import type { McpAuthAsyncOptions, McpAuthExtras, McpAuthOptions } from './mcp-auth.options.js';
import { mountAhead } from './mount/host-mount.js';
import { InnerApplication } from './mount/inner-application.js';
import { resourceCors } from './mount/resource-cors.js';
import { ProtectedResources } from './oauth/protected-resources.js';
import { DATABASE_MODULE } from './persistence/database.module.js';
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
import { HostClasses } from './wiring/host-classes.js';
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
  imports: [DATABASE_MODULE],
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
  implements NestModule, OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  /** The module, for the `imports` of one of the host's modules. It is global. */
  static forRoot(options: McpAuthOptions & McpAuthExtras): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: McpAuthModule };
  }

  /** The same, with options that come from elsewhere: `useFactory`, `useClass` or `useExisting`. */
  static forRootAsync(options: McpAuthAsyncOptions): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: McpAuthModule };
  }

  private readonly endpoints: InnerApplication;
  private started: Promise<void> | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly module: ModuleRef,
    private readonly modules: ModulesContainer,
    private readonly settings: McpAuthSettings,
    resources: ProtectedResources,
  ) {
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
    this.module.get(HostClasses).connect();
    await this.module.get(SigningKeys).check();
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
}

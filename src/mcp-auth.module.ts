import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Inject,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import type { Server } from 'node:http';
import { ForeignFetch } from './fetching/foreign-fetch.js';
import { ClientCatalog } from './clients/client-catalog.js';
import { McpClients } from './clients/mcp-clients.js';
import { McpServiceAccounts } from './clients/mcp-service-accounts.js';
import { servedEndpoints } from './endpoints/endpoints.js';
import { EndpointExceptionFilter } from './endpoints/endpoint-exception.filter.js';
import { GuardSettings } from './guard/guard-settings.js';
import { calledWith, calledWithSource } from './guard/given-options.js';
import { guardedRoutes } from './guard/guarded-routes.js';
import { CallAudit } from './guard/call-audit.js';
import { McpDelegation } from './guard/mcp-delegation.js';
import { McpSessions } from './guard/mcp-sessions.js';
import { onlyModule } from './guard/only-module.js';
import { McpAuthSettings } from './host/mcp-auth-settings.js';
import { BackchannelLogout } from './interaction/backchannel-logout.js';
import { McpInteractions } from './interaction/mcp-interactions.js';
import { McpLogout } from './interaction/mcp-logout.js';
import { ConfigurableModuleClass, HOST_CLASSES } from './mcp-auth.module-definition.js';
import type { McpAuthAsyncOptions, McpAuthExtras, McpAuthOptions } from './mcp-auth.options.js';
import { mountAhead } from './mount/host-mount.js';
import { InnerApplication } from './mount/inner-application.js';
import { resourceCors } from './mount/resource-cors.js';
import { ProtectedResources } from './oauth/protected-resources.js';
import { DatabaseCheck } from './persistence/database-check.js';
import { Database } from './persistence/database.js';
import { DATABASE_MODULE } from './persistence/database.module.js';
import { McpResources } from './resources/mcp-resources.js';
import { Housekeeping } from './tokens/housekeeping.js';
import { McpConnections } from './tokens/mcp-connections.js';
import { McpHealth } from './tokens/mcp-health.js';
import { GrantCatalog } from './tokens/grant-catalog.js';
import { HostNews } from './tokens/host-news.js';
import { McpRevocations } from './tokens/mcp-revocations.js';
import { KeyRotation } from './tokens/key-rotation.js';
import { McpSecrets } from './tokens/mcp-secrets.js';
import { McpSigningKeys } from './tokens/mcp-signing-keys.js';
import { RevocationFeed } from './tokens/revocation-feed.js';
import { StatusLists } from './tokens/status-lists.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { DpopProofs } from './verification/dpop-proofs.js';
import { ProofOfPossession } from './verification/proof-of-possession.js';
import { HostClasses } from './wiring/host-classes.js';
import { HostNest } from './mount/host-nest.js';
import { OptionsInForce } from './wiring/options-in-force.js';
import { StartChecks } from './wiring/start-checks.js';
import { OPTION_PROVIDERS } from './wiring/option.providers.js';
import { REGISTRY_PROVIDERS } from './wiring/registry.providers.js';
import { SERVICES } from './wiring/services.js';

/** Bytes of a request body. */
const BODY_LIMIT = 65_536;

/**
 * OAuth 2.1 for the MCP servers of a NestJS application: `McpAuthModule.forRoot({ … })`, once.
 * It serves the endpoints below the issuer and the well-known documents, and provides what `McpAuthGuard` needs.
 */
@Global()
@Module({
  imports: [DATABASE_MODULE],
  providers: [...OPTION_PROVIDERS, ...REGISTRY_PROVIDERS, ...SERVICES],
  exports: [
    McpAuthSettings,
    GuardSettings,
    DatabaseCheck,
    AccessTokenVerifier,
    DpopProofs,
    ProofOfPossession,
    CallAudit,
    ClientCatalog,
    GrantCatalog,
    HostNews,
    ProtectedResources,
    McpDelegation,
    McpSessions,
    McpInteractions,
    McpClients,
    McpConnections,
    McpHealth,
    McpLogout,
    McpResources,
    McpRevocations,
    McpSecrets,
    McpServiceAccounts,
    McpSigningKeys,
  ],
})
export class McpAuthModule
  implements
    NestModule,
    OnModuleInit,
    OnApplicationBootstrap,
    BeforeApplicationShutdown,
    OnApplicationShutdown
{
  /** The module, for the `imports` of one of the host's modules. It is global. */
  static forRoot(options: McpAuthOptions & McpAuthExtras): DynamicModule {
    return {
      ...ConfigurableModuleClass.forRoot(calledWith(options, 'McpAuthModule')),
      module: McpAuthModule,
    };
  }

  /** The same, with options that come from elsewhere: `useFactory`, `useClass` or `useExisting`. */
  static forRootAsync(options: McpAuthAsyncOptions): DynamicModule {
    const source = calledWithSource(options, 'McpAuthModule');
    return { ...ConfigurableModuleClass.forRootAsync(source), module: McpAuthModule };
  }

  private readonly logger = new Logger(McpAuthModule.name);
  private readonly endpoints: InnerApplication;
  private started: Promise<void> | undefined;

  constructor(
    private readonly nest: HostNest,
    private readonly settings: McpAuthSettings,
    private readonly resources: ProtectedResources,
    @Optional() @Inject(HOST_CLASSES) classes?: Partial<McpAuthExtras>,
  ) {
    const { adapterHost, module, modules } = nest;
    onlyModule(modules);
    this.endpoints = new InnerApplication(adapterHost, module, {
      basePath: settings.basePath,
      controllers: servedEndpoints({ settings, accounts: classes?.accounts }),
      filters: [EndpointExceptionFilter],
      bodyLimit: BODY_LIMIT,
      trustProxy: settings.trustProxy,
      ready: () => module.get(OptionsInForce).write(),
    });
    mountAhead(adapterHost, resourceCors(resources));
  }

  /** Runs before any other module is initialised, so that a host that cannot work never listens. */
  async configure(_consumer: MiddlewareConsumer): Promise<void> {
    await this.start();
  }

  async onModuleInit(): Promise<void> {
    await this.start();
  }

  /** By now every route of the host is known. @throws Error with one sentence; what was begun is ended. */
  async onApplicationBootstrap(): Promise<void> {
    const { adapterHost, modules } = this.nest;
    if (!adapterHost.httpAdapter) return;
    try {
      const guarded = guardedRoutes(modules, this.resources);
      for (const warning of this.endpoints.checkHost(guarded, this.settings.loginPage))
        this.logger.warn(warning);
    } catch (error) {
      await this.beforeApplicationShutdown();
      await this.onApplicationShutdown();
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.nest.module.get(OptionsInForce).settled();
    await this.nest.module.get(Housekeeping).stop();
    await this.nest.module.get(KeyRotation).stop();
    await this.nest.module.get(BackchannelLogout).stop();
  }

  /** By now the host's server has answered its last request: until then they need all of this. */
  async onApplicationShutdown(): Promise<void> {
    await this.endpoints.close();
    this.nest.module.get(AccessTokenVerifier).watch.stop();
    await this.nest.module.get(RevocationFeed).stop();
    await this.nest.module.get(ForeignFetch).close();
  }

  private start(): Promise<void> {
    this.started ??= this.startServices();
    return this.started;
  }

  private async startServices(): Promise<void> {
    const { adapterHost, module } = this.nest;
    module.get(HostClasses).connect();
    module.get(Database).beforeClosing(() => module.get(RevocationFeed).stop());
    await module.get(StartChecks).run();
    const options = module.get(OptionsInForce);
    await module.get(StatusLists).start();
    if (!adapterHost.httpAdapter) return options.write();
    await this.endpoints.create();
    // Where its port is taken, this replica never was in business, and nothing is written.
    const server = adapterHost.httpAdapter.getHttpServer() as Server;
    server.once('listening', () => void options.write()?.catch((error: unknown) => this.complain(error)));
  }

  private complain(error: unknown): void {
    this.logger.error(`What the options define is not written down: ${String(error)}`);
  }
}

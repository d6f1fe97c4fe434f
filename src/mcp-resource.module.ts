import {
  type BeforeApplicationShutdown,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  type InjectionToken,
  ConfigurableModuleBuilder,
  Global,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Optional,
  type Provider,
  type OnApplicationBootstrap,
  type Type,
  type OnModuleInit,
} from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { OAuthExceptionFilter } from './endpoints/oauth-exception.filter.js';
import { ProtectedResourceMetadataController } from './endpoints/protected-resource-metadata.controller.js';
import { CallAudit } from './guard/call-audit.js';
import { checkDecorators } from './guard/check-decorators.js';
import { GuardSettings } from './guard/guard-settings.js';
import { calledWith, calledWithSource, givenOptions } from './guard/given-options.js';
import { guardedRoutes } from './guard/guarded-routes.js';
import { DelegationSource } from './guard/delegation-source.js';
import { McpDelegation } from './guard/mcp-delegation.js';
import { McpSessions } from './guard/mcp-sessions.js';
import { onlyModule } from './guard/only-module.js';
import { RemoteDelegations } from './guard/remote-delegations.js';
import { type AuditLog, HostAuditLog } from './host/audit-log.js';
import { Clock } from './host/clock.js';
import { mountAhead } from './mount/host-mount.js';
import { InnerApplication } from './mount/inner-application.js';
import { resourceCors } from './mount/resource-cors.js';
import { isLoopbackHost } from './oauth/loopback.js';
import { ProtectedResources, StaticProtectedResources } from './oauth/protected-resources.js';
import { decodeSecretText } from './oauth/secret-text.js';
import { describeDpop } from './resources/describe-dpop.js';
import { describeResourceServers } from './resources/describe-resource-servers.js';
import { describeResources } from './resources/describe-resources.js';
import { describeStatusLists } from './resources/describe-status-lists.js';
import { checkNames, type Names, SHARED_NAMES } from './resources/option-names.js';
import type { ProtectedResourceOptions } from './resources/resource-options.js';
import { Secrets } from './tokens/secrets.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { DpopNonces } from './verification/dpop-nonces.js';
import { DpopProofs } from './verification/dpop-proofs.js';
import { DpopRules } from './verification/dpop-rules.js';
import { ISSUER } from './verification/issuer.js';
import { ProofOfPossession } from './verification/proof-of-possession.js';
import { RemoteStatusLists } from './verification/remote-status-lists.js';
import { RemoteVerificationKeys } from './verification/remote-verification-keys.js';
import { OtherTokenProfile, RFC_9068, TokenProfile } from './verification/token-profile.js';
import { TokenStatus } from './verification/token-status.js';
import { VerificationKeys } from './verification/verification-keys.js';
import { HostNest } from './mount/host-nest.js';

/** Options of `McpResourceModule.forRoot`. */
export interface McpResourceOptions extends ProtectedResourceOptions, Partial<GuardSettings> {
  /** The authorization server whose tokens are taken: any issuer of RFC 9068 access tokens. */
  issuer: string;
  /**
   * The `typ` of its access tokens, for an issuer without RFC 9068: `JWT`, say. Tokens without a `typ` are taken then,
   * too; `azp` stands for a `client_id` that is not there, and `scp` for `scope`. Default: `at+jwt` alone (RFC 9068 §4).
   */
  typ?: string;
  /** How closely status lists are followed (Token Status List §8), for issuers whose tokens name one. */
  statusLists?: {
    /** Seconds between two looks, 1 to 3600. Default 10. */
    interval?: number;
    /** Seconds without news after which calls are answered with 503, at least `interval`. Default 300. */
    maxAge?: number;
  };
  /**
   * At least 32 random bytes as base64 or hex, the same on all replicas, so that each knows the nonces of the others
   * where `dpop.nonces` is on. Default: random, and each process knows its own alone.
   */
  dpopNonceSecret?: string;
  /** The time. Default: the system's. */
  clock?: Clock;
}

const MCP_RESOURCE_NAMES: Names<McpResourceOptions> = {
  ...SHARED_NAMES,
  requestUser: true,
  issuer: true,
  typ: true,
  statusLists: { interval: true, maxAge: true },
  dpopNonceSecret: true,
  clock: true,
};

/** Classes of the host, looked up among its own providers. */
export interface McpResourceExtras {
  /** Learns of each call that the guard lets through (`call.admit`, `call.finish`). Default: nobody does. */
  audit?: Type<AuditLog>;
}

/** Token of the class that the host names. */
const AUDIT_CLASS = Symbol('mcp-auth:audit-class');

/** Options of `McpResourceModule.forRootAsync`: where `McpResourceOptions` come from. */
export type McpResourceAsyncOptions = ConfigurableModuleAsyncOptions<
  McpResourceOptions,
  'createMcpResourceOptions'
> &
  McpResourceExtras;

/** Nest takes the keys that stand here out of the options. */
const NO_CLASSES: McpResourceExtras = { audit: undefined };

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<McpResourceOptions>({
  moduleName: 'McpResource',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createMcpResourceOptions')
  .setExtras(NO_CLASSES, (definition, { audit }) => ({
    ...definition,
    global: true,
    providers: [...(definition.providers ?? []), { provide: AUDIT_CLASS, useValue: audit ?? null }],
  }))
  .build();

/** Token of the options that were given. */
const OPTIONS = Symbol('mcp-auth:resource-options');

/** @throws Error with a sentence that says what to change. */
function checkIssuer(issuer: string): string {
  if (issuer === undefined)
    throw new Error('`issuer` is not set: name the authorization server by its issuer identifier.');
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || (url.protocol !== 'https:' && !isLoopbackHost(url.hostname)))
    throw new Error('`issuer` must be an https URL; plain http is for localhost only.');
  return issuer;
}

/** @throws Error with a sentence that says what to change. */
function nonceSeal({ dpopNonceSecret: text }: McpResourceOptions) {
  const secret = text === undefined ? randomBytes(32) : decodeSecretText(text);
  if (!secret) throw new Error('`dpopNonceSecret` must be at least 32 random bytes as base64 or hex.');
  return new Secrets([secret]).macs('dpop-nonce');
}

function fromOptions<Value>(
  provide: InjectionToken<Value>,
  useFactory: (options: McpResourceOptions) => Value,
): Provider {
  return { provide, inject: [OPTIONS], useFactory };
}

/**
 * Protects MCP tool controllers whose tokens come from an authorization server in another process:
 * `McpResourceModule.forRoot({ issuer, resource })`. It serves the resource's metadata (RFC 9728) and provides what
 * `McpAuthGuard` needs, without a database.
 */
@Global()
@Module({
  providers: [
    {
      provide: OPTIONS,
      inject: [
        { token: MODULE_OPTIONS_TOKEN, optional: true },
        { token: AUDIT_CLASS, optional: true },
      ],
      useFactory: (
        given?: McpResourceOptions,
        audit?: McpResourceExtras['audit'] | null,
      ): McpResourceOptions => {
        const options = givenOptions(given, { module: 'McpResourceModule', isCalled: audit !== undefined });
        checkNames(options, MCP_RESOURCE_NAMES);
        return options;
      },
    },
    {
      provide: ProtectedResources,
      inject: [OPTIONS],
      useFactory: (options: McpResourceOptions) =>
        new StaticProtectedResources(checkIssuer(options.issuer), describeResources(options)),
    },
    fromOptions(RemoteVerificationKeys, ({ issuer }) => new RemoteVerificationKeys(issuer)),
    fromOptions(Clock, ({ clock }) => clock ?? new Clock()),
    {
      provide: RemoteStatusLists,
      inject: [OPTIONS, RemoteVerificationKeys, Clock],
      useFactory: (options: McpResourceOptions, keys: RemoteVerificationKeys, clock: Clock) =>
        new RemoteStatusLists(options.issuer, keys, clock, describeStatusLists(options.statusLists)),
    },
    fromOptions(ISSUER, ({ issuer }) => issuer),
    fromOptions(TokenProfile, ({ typ }) => (typ === undefined ? RFC_9068 : new OtherTokenProfile(typ))),
    fromOptions(GuardSettings, ({ requestUser }) => ({ requestUser })),
    { provide: VerificationKeys, useExisting: RemoteVerificationKeys },
    { provide: TokenStatus, useExisting: RemoteStatusLists },
    fromOptions(DpopRules, (options) => describeDpop(options)),
    fromOptions(DpopNonces, (options) => new DpopNonces(nonceSeal(options))),
    AccessTokenVerifier,
    DpopProofs,
    ProofOfPossession,
    McpDelegation,
    {
      provide: DelegationSource,
      inject: [OPTIONS, Clock],
      useFactory: (options: McpResourceOptions, clock: Clock) =>
        new RemoteDelegations(options.issuer, describeResourceServers(options), clock),
    },
    McpSessions,
    HostNest,
    HostAuditLog,
    {
      provide: CallAudit,
      inject: [{ token: AUDIT_CLASS, optional: true }, HostAuditLog],
      useFactory: (audit: Type<AuditLog> | null, log: HostAuditLog) => new CallAudit(audit ? log : null),
    },
  ],
  exports: [
    ProtectedResources,
    GuardSettings,
    CallAudit,
    AccessTokenVerifier,
    DpopProofs,
    ProofOfPossession,
    McpDelegation,
    McpSessions,
  ],
})
export class McpResourceModule
  implements NestModule, OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  /** The module, for the `imports` of one of the host's modules. It is global. */
  static forRoot(options: McpResourceOptions & McpResourceExtras): DynamicModule {
    return {
      ...ConfigurableModuleClass.forRoot(calledWith(options, 'McpResourceModule')),
      module: McpResourceModule,
    };
  }

  /** The same, with options that come from elsewhere: `useFactory`, `useClass` or `useExisting`. */
  static forRootAsync(options: McpResourceAsyncOptions): DynamicModule {
    const source = calledWithSource(options, 'McpResourceModule');
    return { ...ConfigurableModuleClass.forRootAsync(source), module: McpResourceModule };
  }

  private readonly logger = new Logger(McpResourceModule.name);
  private readonly metadata: InnerApplication;

  constructor(
    private readonly nest: HostNest,
    private readonly resources: ProtectedResources,
    private readonly statusLists: RemoteStatusLists,
    @Optional() @Inject(AUDIT_CLASS) private readonly auditClass: Type<AuditLog> | null = null,
  ) {
    onlyModule(nest.modules);
    this.metadata = new InnerApplication(nest.adapterHost, nest.module, {
      basePath: '',
      controllers: [ProtectedResourceMetadataController],
      filters: [OAuthExceptionFilter],
      bodyLimit: 0,
    });
    mountAhead(nest.adapterHost, resourceCors(resources));
    statusLists.start();
  }

  /** Runs before any other module is initialised, so that a host that cannot work never listens. */
  async configure(_consumer: MiddlewareConsumer): Promise<void> {
    this.check();
    await this.metadata.create();
  }

  /** All there is for an application without HTTP, which has nothing to configure. */
  onModuleInit(): void {
    this.check();
  }

  /** By now every route of the host is known. @throws Error with one sentence. */
  async onApplicationBootstrap(): Promise<void> {
    const { adapterHost, modules } = this.nest;
    if (!adapterHost.httpAdapter) return;
    try {
      for (const warning of this.metadata.checkHost(guardedRoutes(modules, this.resources)))
        this.logger.warn(warning);
    } catch (error) {
      await this.beforeApplicationShutdown();
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.nest.module.get(AccessTokenVerifier).watch.stop();
    this.statusLists.stop();
    await this.metadata.close();
  }

  private check(): void {
    const { module, modules } = this.nest;
    checkDecorators(modules, this.resources);
    if (this.auditClass) module.get(HostAuditLog).use(module.get(this.auditClass, { strict: false }));
  }
}

import {
  type BeforeApplicationShutdown,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  ConfigurableModuleBuilder,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Type,
  type OnModuleInit,
} from '@nestjs/common';
import { OAuthExceptionFilter } from './endpoints/oauth-exception.filter.js';
import { ProtectedResourceMetadataController } from './endpoints/protected-resource-metadata.controller.js';
import { checkResources } from './guard/check-resources.js';
import { CallAudit } from './guard/call-audit.js';
import { McpSessions } from './guard/mcp-sessions.js';
import { type AuditLog, HostAuditLog } from './host/audit-log.js';
import { Clock } from './host/clock.js';
import { mountAhead } from './mount/host-mount.js';
import { InnerApplication } from './mount/inner-application.js';
import { resourceCors } from './mount/resource-cors.js';
import { isLoopbackHost } from './oauth/loopback.js';
import { ProtectedResources, StaticProtectedResources } from './oauth/protected-resources.js';
import { describeResources } from './resources/describe-resources.js';
import type { ProtectedResourceOptions } from './resources/resource-options.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { ISSUER } from './verification/issuer.js';
import { RemoteStatusLists } from './verification/remote-status-lists.js';
import { RemoteVerificationKeys } from './verification/remote-verification-keys.js';
import { TokenStatus } from './verification/token-status.js';
import { VerificationKeys } from './verification/verification-keys.js';
import { HostNest } from './mount/host-nest.js';

/** Options of `McpResourceModule.forRoot`. */
export interface McpResourceOptions extends ProtectedResourceOptions {
  /** The authorization server whose tokens are taken: any issuer of RFC 9068 access tokens. */
  issuer: string;
  /** How closely status lists are followed (Token Status List §8), for issuers whose tokens name one. */
  statusLists?: {
    /** Seconds between two looks, 1 to 3600. Default 10. */
    interval?: number;
    /** Seconds without news after which calls are answered with 503, at least `interval`. Default 300. */
    maxAge?: number;
  };
  /** The time. Default: the system's. */
  clock?: Clock;
}

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

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<McpResourceOptions>({
  moduleName: 'McpResource',
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createMcpResourceOptions')
  .setExtras({ audit: undefined } as McpResourceExtras, (definition, { audit }) => ({
    ...definition,
    global: true,
    providers: [...(definition.providers ?? []), { provide: AUDIT_CLASS, useValue: audit ?? null }],
  }))
  .build();

/** @throws Error with a sentence that says what to change. */
function checkIssuer(issuer: string): string {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || (url.protocol !== 'https:' && !isLoopbackHost(url.hostname)))
    throw new Error('`issuer` must be an https URL; plain http is for localhost only.');
  return issuer;
}

/** @throws Error with a sentence that says what to change. */
function statusListRules({ statusLists: { interval = 10, maxAge = 300 } = {} }: McpResourceOptions) {
  if (!(interval >= 1 && interval <= 3_600))
    throw new Error('`statusLists.interval` must be 1 to 3600 seconds.');
  if (!(maxAge >= interval)) throw new Error('`statusLists.maxAge` must not be less than the interval.');
  return { interval, maxAge };
}

/**
 * Protects MCP tool controllers whose tokens come from an authorization server in another process:
 * `McpResourceModule.forRoot({ issuer, resource })`. It serves the resource's metadata (RFC 9728) and provides what
 * `McpAuthGuard` needs, without a database.
 */
@Module({
  providers: [
    {
      provide: ProtectedResources,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: McpResourceOptions) =>
        new StaticProtectedResources(checkIssuer(options.issuer), describeResources(options)),
    },
    {
      provide: RemoteVerificationKeys,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ issuer }: McpResourceOptions) => new RemoteVerificationKeys(issuer),
    },
    {
      provide: Clock,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ clock }: McpResourceOptions) => clock ?? new Clock(),
    },
    {
      provide: RemoteStatusLists,
      inject: [MODULE_OPTIONS_TOKEN, RemoteVerificationKeys, Clock],
      useFactory: (options: McpResourceOptions, keys: RemoteVerificationKeys, clock: Clock) =>
        new RemoteStatusLists(options.issuer, keys, clock, statusListRules(options)),
    },
    {
      provide: ISSUER,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ issuer }: McpResourceOptions) => issuer,
    },
    { provide: VerificationKeys, useExisting: RemoteVerificationKeys },
    { provide: TokenStatus, useExisting: RemoteStatusLists },
    AccessTokenVerifier,
    McpSessions,
    HostNest,
    HostAuditLog,
    {
      provide: CallAudit,
      inject: [AUDIT_CLASS, HostAuditLog],
      useFactory: (audit: Type<AuditLog> | null, log: HostAuditLog) => new CallAudit(audit ? log : null),
    },
  ],
  exports: [ProtectedResources, CallAudit, AccessTokenVerifier, McpSessions],
})
export class McpResourceModule implements NestModule, OnModuleInit, BeforeApplicationShutdown {
  /** The module, for the `imports` of one of the host's modules. It is global. */
  static forRoot(options: McpResourceOptions & McpResourceExtras): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: McpResourceModule };
  }

  /** The same, with options that come from elsewhere: `useFactory`, `useClass` or `useExisting`. */
  static forRootAsync(options: McpResourceAsyncOptions): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: McpResourceModule };
  }

  private readonly metadata: InnerApplication;

  constructor(
    private readonly nest: HostNest,
    private readonly resources: ProtectedResources,
    private readonly statusLists: RemoteStatusLists,
    @Inject(AUDIT_CLASS) private readonly auditClass: Type<AuditLog> | null,
  ) {
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
    checkResources(this.nest.modules, this.resources);
    if (this.auditClass)
      this.nest.module.get(HostAuditLog).use(this.nest.module.get(this.auditClass, { strict: false }));
    await this.metadata.create();
  }

  /** All there is for an application without HTTP, which has nothing to configure. */
  onModuleInit(): void {
    checkResources(this.nest.modules, this.resources);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.statusLists.stop();
    await this.metadata.close();
  }
}

import type { INestApplicationContext, Type } from '@nestjs/common';
import type {
  AuditLog,
  AuthorizationPolicy,
  ClaimsProvider,
  DelegationOptions,
  ClientOptions,
  IdentityAssertionOptions,
  LinkedServerOptions,
  McpAuthModule,
  McpClients,
  McpHealth,
  McpResources,
  McpRevocations,
  McpSigningKeys,
  MetadataDocumentOptions,
  OidcConfig,
  RateLimiter,
  ResourceOptions,
  ServiceAccountOptions,
  SigningOptions,
  TrustedIssuerOptions,
  WorkloadOptions,
} from '../../src/index.js';
import type { TestClock } from './clock.js';

export interface ServiceOptions {
  registration?: 'open' | 'token' | 'off';
  /** Whether the host can end sign-in sessions, which it then names by a `sid`. Default false. */
  endsSignIns?: boolean;
  /** Whether clients manage their registrations. Default false. */
  registrationManagement?: boolean;
  /** Path of the issuer, e.g. `/auth`. */
  issuerPath?: string;
  oidcConfig?: OidcConfig;
  /** Default: documents on this computer are taken. */
  clientDocuments?: MetadataDocumentOptions;
  signing?: SigningOptions;
  /** As the options of these names. */
  trustedIssuers?: TrustedIssuerOptions[];
  workloads?: WorkloadOptions[];
  clients?: ClientOptions[];
  linkedServers?: LinkedServerOptions[];
  /** As the option of this name, with the service's resources. */
  identityAssertions?: (servers: { resource: string; secondResource: string }) => IdentityAssertionOptions[];
  /** As the option of this name, with their resources as functions of the service's. */
  serviceAccounts?: (servers: { resource: string; secondResource: string }) => ServiceAccountOptions[];
  /** As the options of these names, with their servers as functions of the service's; `secondResource` has credentials then. */
  delegations?: (servers: { resource: string; secondResource: string }) => DelegationOptions[];
  delegationDepth?: number;
  /** Scopes of `secondResource` beside `files:read`. */
  moreFileScopes?: Record<string, string>;
  /** As the option of this name. */
  requirePushedAuthorizationRequests?: boolean;
  /** As the option of this name. */
  deviceAuthorization?: boolean;
  /** As the option of this name. */
  tokenEndpointAudience?: boolean;
  /** Default: none are trusted. */
  trustProxy?: string;
  /** Instead of a random one, or of that of the other instance. */
  secret?: string | string[];
  rateLimit?: boolean;
  dpop?: Parameters<typeof McpAuthModule.forRoot>[0]['dpop'];
  /** Adds claims. */
  claims?: Type<ClaimsProvider>;
  policy?: Type<AuthorizationPolicy>;
  audit?: Type<AuditLog>;
  /** Whether it learns of calls. */
  auditCalls?: boolean;
  rateLimiter?: Type<RateLimiter>;
  /** Whether the host remembers people. Default true. */
  rememberSignIn?: boolean;
  /** Reach the test PostgreSQL through another URL. */
  databaseUrl?: string;
  /** Identifier of a resource in another process, with the scope `tools:use`. */
  remoteResource?: string;
  /** Of the resource server of `resource`. Default: `INTROSPECTION`. */
  introspection?: ResourceOptions['introspection'];
  /** Force the embedded database. */
  embedded?: boolean;
  /** The host stands on Fastify, with these settings of it; it stands on Express by default. */
  fastify?: { trustProxy?: string };
  /** More of the host's. */
  controllers?: Type[];
  /** Instead of a free one. */
  port?: number;
  /** Instead of a new one, or of that of the other instance. */
  clock?: TestClock;
  /** A second replica on the database, issuer and clock of this one. */
  instanceOf?: TestService;
}

export interface TestService {
  issuer: string;
  /** Where this instance listens; differs from the issuer's origin for a second replica. */
  origin: string;
  resource: string;
  secondResource: string;
  clock: TestClock;
  accounts: {
    alice: string;
    bob: string;
    disable(id: string): void;
    enable(id: string): void;
    rename(id: string, name: string): void;
  };
  registrationToken: string;
  revocations: McpRevocations;
  clients: McpClients;
  resources: McpResources;
  health: McpHealth;
  /** A direct look at the database, with the library's schema on the search path. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Row count of every table. */
  snapshot(): Promise<Record<string, number>>;
  /** Messages sent to the database by this process so far. */
  statements(): number;
  database: { url?: string; dataDir?: string; schema: string };
  secret: string;
  /** What the entities would change about the migrated schema. */
  schemaDrift(): Promise<string[]>;
  /** One round of the background pruning. */
  prune(): Promise<void>;
  /** One round of looking after the signing keys. */
  tendKeys(): Promise<void>;
  signingKeys: McpSigningKeys;
  application: INestApplicationContext;
  close(): Promise<void>;
}

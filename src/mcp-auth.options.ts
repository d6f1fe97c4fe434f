import type { ConfigurableModuleAsyncOptions, Type } from '@nestjs/common';
import type { AccountDirectory } from './host/account-directory.js';
import type { AuditLog } from './host/audit-log.js';
import type { AuthorizationPolicy } from './host/authorization-policy.js';
import type { ClaimsProvider } from './host/claims-provider.js';
import type { Clock } from './host/clock.js';
import type { RateLimiter } from './host/rate-limiter.js';
import type { GuardSettings } from './guard/guard-settings.js';
import type { SigningAlgorithm } from './oauth/signing-algorithm.js';
import type {
  IdentityAssertionOptions,
  TrustedIssuerOptions,
  WorkloadOptions,
} from './assertions/trusted-issuer-options.js';
import type { LinkedServerOptions } from './clients/linked-server-options.js';
import type { ClientOptions } from './clients/client-options.js';
import type { ServiceAccountOptions } from './clients/service-account-options.js';
import type { DelegationOptions } from './resources/delegation-options.js';
import type { ProtectedResourceOptions } from './resources/resource-options.js';

/** Where the library keeps what it knows. */
export interface DatabaseOptions {
  /** A PostgreSQL URL. Without it `dataDir` must name a folder for the embedded database. */
  url?: string;
  /** Folder of the embedded database, used when `url` is not set. One process at a time. */
  dataDir?: string;
  /**
   * Fills the new, empty folder of an embedded database, for example from an archive of one that was closed, so that
   * the first start is as quick as any. What it throws stops the start. Default: PostgreSQL's own `initdb`.
   */
  template?: (folder: string) => Promise<void>;
  /** PostgreSQL schema of the library's tables. Default `mcp_auth`. */
  schema?: string;
  /** Connections in the pool. Default 10; the embedded database always has one. */
  poolSize?: number;
  /** Prepare the hot statements by name. Default true; never behind a pooler, where a session changes. */
  preparedStatements?: boolean;
  /**
   * Whether a start runs pending migrations. Default true. False is for a role that may only read and write: the start
   * is refused while migrations are pending, which a start as the role that owns the schema runs.
   */
  migrate?: boolean;
  /** The host's own entities, to live in the same DataSource. */
  entities?: Function[];
  /** The host's own migrations, run after the library's. */
  migrations?: Function[];
}

/** Lifetimes in seconds. */
export interface OidcConfig {
  /** How long an authorization code works. Default 60, at most 600. */
  codeExpiresIn?: number;
  /** How long an access token lives. Default 3600, at most 86400. */
  accessTokenExpiresIn?: number;
  /** How long a refresh token works, unused. Default 2592000 (30 days), at most 315360000 (ten years). */
  refreshTokenExpiresIn?: number;
  /** How long a rotated refresh token still answers with its successor. Default 90, at most 300, 0 turns it off. */
  refreshTokenGrace?: number;
  /** A grant ends after this, whatever is refreshed. Default 7776000 (90 days), at most 315360000 (ten years). */
  grantMaxAge?: number;
}

/** Dynamic client registration (RFC 7591). */
export interface RegistrationOptions {
  /** Whether anybody may register a client (`open`), whoever has the initial access token (`token`), or nobody (`off`). Default `open`. */
  mode?: 'open' | 'token' | 'off';
  /** The initial access token for mode `token`; at least 32 characters. */
  initialAccessToken?: string;
  /**
   * Whether whoever registers gets a token to read, replace and delete its registration with (RFC 7592). What people
   * agreed to ends with what they agreed to. Default false.
   */
  management?: boolean;
}

/** The keys that sign tokens. They rotate on their own, and at `McpSigningKeys.rotate()`. */
export interface SigningOptions {
  /** JWS algorithm of access tokens (RFC 7518 §3.1, RFC 8037 §3.1). Default ES256; keys for ES256 and RS256 are always published. */
  algorithm?: SigningAlgorithm;
  /** Seconds a key signs before its successor does. Default 7776000 (90 days), at least 3600, at most 315360000 (ten years). */
  rotateAfter?: number;
  /** Seconds a successor is published before it signs. Default 3600, at least 600, at most 2592000 (30 days) and `rotateAfter`. */
  overlap?: number;
}

/** Clients whose id is the URL of their metadata (MCP 2026-07-28, "Client ID Metadata Documents"). */
export interface MetadataDocumentOptions {
  /** Whether such clients are taken. Default true. */
  enabled?: boolean;
  /** The only hosts whose documents are taken: `app.example.com`, or `.example.com` for all below it. Default: every host. */
  allowedDomains?: string[];
  /** Hosts whose documents are never taken. */
  deniedDomains?: string[];
  /** For development, with an issuer on localhost alone: documents on this computer, over http too. Default false. */
  allowLoopback?: boolean;
}

/** Options of `McpAuthModule.forRoot`. */
export interface McpAuthOptions extends ProtectedResourceOptions, Partial<GuardSettings> {
  /** The issuer identifier: https, or http on a loopback host; no trailing slash, query or fragment (RFC 8414 §2). */
  issuer: string;
  /** Path or URL of the host's sign-in page, which ends in `McpInteractions.completeSignIn`. */
  loginPage: string;
  /** How long codes, tokens and grants live. */
  oidcConfig?: OidcConfig;
  /** The keys that sign tokens. */
  signing?: SigningOptions;
  /** Who may register a client. */
  registration?: RegistrationOptions;
  /**
   * Clients that act for themselves (`client_credentials`, OAuth 2.1 §4.2). An empty list turns that on for those that
   * `McpServiceAccounts` makes. Default: off.
   */
  serviceAccounts?: ServiceAccountOptions[];
  /** Who else's assertions are believed (RFC 7523 §2.1). Being trusted alone opens nothing. Default: nobody's. */
  trustedIssuers?: TrustedIssuerOptions[];
  /** Which workloads of trusted issuers are which service accounts. Default: none. */
  workloads?: WorkloadOptions[];
  /** Which MCP servers may call which others for whoever calls them (RFC 8693): `McpDelegation`. Default: none. */
  delegations?: DelegationOptions[];
  /** How many servers may act one through the other. Default 3, at most 10. */
  delegationDepth?: number;
  /** Clients that act for people and need not register. Default: none. */
  clients?: ClientOptions[];
  /**
   * Which clients get tokens for people whom trusted issuers assert (MCP, "Enterprise-Managed Authorization"). Default: off.
   */
  identityAssertions?: IdentityAssertionOptions[];
  /**
   * Other authorization servers, and which clients get an assertion there for whoever has signed in here (RFC 8693; MCP,
   * "Enterprise-Managed Authorization"). Default: none.
   */
  linkedServers?: LinkedServerOptions[];
  /** Clients that are identified by a URL. */
  clientIdMetadataDocuments?: MetadataDocumentOptions;
  /**
   * Private-use schemes without a dot that clients may be sent back to, besides those of well-known clients (claude,
   * cursor, kiro, raycast, vscode, vscode-insiders, warp, windsurf, zed). Those with a dot always may (RFC 8252 §7.1).
   */
  redirectSchemes?: string[];
  /**
   * Whether an assertion of `private_key_jwt` may name the token endpoint in `aud`, or that of pushed requests, as clients
   * do that are older than draft-ietf-oauth-rfc7523bis. Default false: the issuer alone.
   */
  tokenEndpointAudience?: boolean;
  /**
   * Whether devices without a browser, such as command lines on other machines, may show a code that a person enters at
   * `/device` (RFC 8628). A client asks for it by its grant type. Default false.
   */
  deviceAuthorization?: boolean;
  /**
   * Whether authorization requests are taken only when the client has pushed them (RFC 9126 §5). A client may ask for it
   * for itself (`require_pushed_authorization_requests`). Default false.
   */
  requirePushedAuthorizationRequests?: boolean;
  /** Where the library keeps what it knows. */
  database: DatabaseOptions;
  /** At least 32 random bytes as base64 or hex; several for rotation: the first seals, all open. Default: `MCP_AUTH_SECRET`, or a file in `dataDir`. */
  secret?: string | string[];
  /** The time. Default: the system's. */
  clock?: Clock;
  /** Whether `audit` learns of each call that the guard lets through: `call.admit`, and `call.finish` of handlers that `audited` wraps. Default false. */
  auditCalls?: boolean;
  /** Whether anything is limited: by `rateLimiter`, or else as said there. Default true. */
  rateLimit?: boolean;
  /** The addresses or hop count of trusted proxies, as Express takes it. Default: the host's own setting. */
  trustProxy?: boolean | number | string | string[];
  /** Seconds after which a revocation view without news makes the guard answer 503. Default 5. */
  maxRevocationLag?: number;
}

/** Classes of the host, looked up among its own providers. */
export interface McpAuthExtras {
  /** The host's people. */
  accounts: Type<AccountDirectory>;
  /** Adds claims to tokens and to userinfo. Default: none. */
  claims?: Type<ClaimsProvider>;
  /** Says who may do what. Default: people may grant whatever they are asked for. */
  policy?: Type<AuthorizationPolicy>;
  /** Learns of every decision. Default: nobody does. */
  audit?: Type<AuditLog>;
  /** Says when somebody asks too often. Default, in memory: 30 registrations a minute and address, 60 failures to prove one client from one address. */
  rateLimiter?: Type<RateLimiter>;
}

/** Options of `McpAuthModule.forRootAsync`: where `McpAuthOptions` come from, and the host's classes. */
export type McpAuthAsyncOptions = ConfigurableModuleAsyncOptions<McpAuthOptions, 'createMcpAuthOptions'> &
  McpAuthExtras;

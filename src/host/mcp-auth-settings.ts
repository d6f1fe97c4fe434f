import type { DelegationRule } from '../oauth/delegation.js';
import type { ProtectedResource, ResourceServer } from '../oauth/resource.js';
import type { ConfiguredServiceAccount } from '../oauth/service-account.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import type { ConfiguredClient } from '../oauth/configured-client.js';
import type { LinkedServer } from '../oauth/linked-server.js';
import type { IdentityAssertionRule, TrustedIssuer, WorkloadRule } from '../oauth/trusted-issuer.js';
import type { Clock } from './clock.js';

/** Who may register a client (RFC 7591). */
export interface RegistrationRules {
  mode: 'open' | 'token' | 'off';
  initialAccessToken: string | null;
  /** Whether clients manage their registrations (RFC 7592). */
  management: boolean;
}

/** Which metadata documents are taken. A host is `app.example.com` for itself, `.example.com` for all below it. */
export interface DocumentRules {
  enabled: boolean;
  /** Null for every host. */
  allowed: readonly string[] | null;
  denied: readonly string[];
  /** For development: documents on this computer, over http too. */
  allowLoopback: boolean;
}

/** What the options say, checked and with their defaults. Lifetimes in seconds. */
export abstract class McpAuthSettings {
  abstract readonly issuer: string;
  /** `/auth`, or empty. */
  abstract readonly basePath: string;
  abstract readonly secure: boolean;
  abstract readonly loginPage: string;
  abstract readonly resources: readonly ProtectedResource[];
  abstract readonly resourceServers: readonly ResourceServer[];
  abstract readonly lifetimes: {
    code: number;
    accessToken: number;
    refreshToken: number;
    refreshGrace: number;
    grant: number;
    interaction: number;
  };
  abstract readonly signing: {
    /** Of access tokens. */
    algorithm: SigningAlgorithm;
    /** All in use. */
    algorithms: readonly SigningAlgorithm[];
    /** Seconds a key signs. */
    rotateAfter: number;
    /** Seconds a key is published before it signs. */
    overlap: number;
  };
  /** Null where there are no clients that act for themselves. */
  abstract readonly serviceAccounts: readonly ConfiguredServiceAccount[] | null;
  abstract readonly dpop: {
    /** Whether every access token must be bound to a key. */
    required: boolean;
    /** Whether proofs must carry a nonce. */
    nonces: boolean;
  };
  abstract readonly trustedIssuers: readonly TrustedIssuer[];
  abstract readonly workloads: readonly WorkloadRule[];
  abstract readonly delegation: {
    rules: readonly DelegationRule[];
    /** How many servers may act one through the other. */
    depth: number;
  };
  abstract readonly clients: readonly ConfiguredClient[];
  abstract readonly identityAssertions: readonly IdentityAssertionRule[];
  abstract readonly linkedServers: readonly LinkedServer[];
  /** Whether devices without a browser may ask (RFC 8628). */
  abstract readonly deviceAuthorization: boolean;
  /** Whether authorization requests are taken only when they were pushed (RFC 9126 §5). */
  abstract readonly requirePushedAuthorizationRequests: boolean;
  abstract readonly registration: RegistrationRules;
  abstract readonly rateLimit: boolean;
  abstract readonly auditCalls: boolean;
  abstract readonly clientDocuments: DocumentRules;
  /** Private-use schemes without a dot that clients may be sent back to. */
  abstract readonly redirectSchemes: readonly string[];
  /** What `aud` of a client's assertion may be. */
  abstract readonly assertionAudiences: readonly string[];
  abstract readonly database: {
    /** Undefined for the embedded database in `dataDir`. */
    url?: string;
    dataDir?: string;
    schema: string;
    poolSize: number;
    preparedStatements: boolean;
    /** The host's own, beside the library's. */
    entities?: Function[];
    migrations?: Function[];
  };
  abstract readonly secrets: readonly Buffer[];
  /** Writes down the secret that an embedded database has of its own, where this start made one up. */
  abstract readonly keepSecret: () => void;
  abstract readonly clock: Clock;
  abstract readonly trustProxy: boolean | number | string | string[] | undefined;
  abstract readonly maxRevocationLag: number;
}

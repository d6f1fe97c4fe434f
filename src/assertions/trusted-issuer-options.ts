import type { JsonWebKey } from 'node:crypto';

/** Somebody else whose assertions are believed: a platform, or a company's identity provider. */
export interface TrustedIssuerOptions {
  /** `iss` of its assertions, character for character. */
  issuer: string;
  /** The https URL of its public keys. Default: where its metadata says (OpenID Connect Discovery §4, RFC 8414 §3). */
  jwksUri?: string;
  /** The keys themselves (RFC 7517 §5), for an issuer at a private address: no URL of one is ever fetched. */
  jwks?: {
    /** At most 20. */
    keys: JsonWebKey[];
  };
  /**
   * Whether an assertion of a workload may be presented again while it lives, as a token in a file is by each process
   * that starts. Default false: each is taken once.
   */
  reusable?: boolean;
}

/**
 * What a trusted issuer may say of people: which clients get tokens for them without a browser (MCP, "Enterprise-Managed
 * Authorization"). Who of them is which account, `AccountDirectory.asserted` says.
 */
export interface IdentityAssertionOptions {
  /** One of `trustedIssuers`. */
  issuer: string;
  /** The tenant that its assertions must name, where it has several. Default: they name none. */
  tenant?: string;
  /** Clients that may present them: ids of `clients`, and of metadata-document clients with `private_key_jwt`. */
  clients: readonly string[];
  /** Identifiers of the MCP servers they may be for. Default: all. */
  resources?: readonly string[];
  /** The most their tokens may allow. Default: what an assertion says. */
  scopes?: readonly string[];
}

/**
 * Which workload of a trusted issuer is which service account: the first rule that fits. At least one of `subject` and
 * `claims` says who it is.
 */
export interface WorkloadOptions {
  /** One of `trustedIssuers`. */
  issuer: string;
  /** Exactly this `sub`. */
  subject?: string;
  /** Exactly these values of these claims. */
  claims?: Record<string, string | number | boolean>;
  /** `clientId` of the service account that it is. */
  serviceAccount: string;
}

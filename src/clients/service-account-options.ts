import type { JsonWebKey } from 'node:crypto';

/** A client that acts for itself, made by an administrator: a job, a server, an agent. */
export interface ServiceAccountOptions {
  /** `client_id`, and `sub` of its tokens: letters, digits, dots, dashes and underscores, such as `nightly-report`. */
  clientId: string;
  /** What people call it. */
  name?: string;
  /** Identifiers of the MCP servers it may get tokens for. Default: none. */
  resources?: readonly string[];
  /** The most its tokens may allow. Default: nothing. */
  scopes?: readonly string[];
  /** The public keys of `private_key_jwt` (RFC 7517 §5), which is what to use; instead of `jwksUri`. */
  jwks?: {
    /** At most 20. */
    keys: JsonWebKey[];
  };
  /** The https URL of those keys. */
  jwksUri?: string;
  /** A secret, instead of keys: at least 32 random characters. */
  clientSecret?: string;
  /**
   * Seconds that a secret goes on working which a start with another one replaces: 86400 by default, 0 for one that
   * leaked, which ends at once with the tokens of the account. `McpServiceAccounts.save` ends it at once.
   */
  overlap?: number;
}

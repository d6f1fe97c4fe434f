import type { JsonWebKey } from 'node:crypto';

/** How a client proves who it is: by a key, which is what to use, or by a secret. */
export interface ClientProofOptions {
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
   * leaked, which ends at once with what was issued to the client. `McpServiceAccounts.save` ends it at once.
   */
  overlap?: number;
}

/** A confidential client that acts for people, and that an administrator knows beforehand. */
export interface ClientOptions extends ClientProofOptions {
  /** `client_id`: letters, digits, dots, dashes and underscores, such as `code-editor`. */
  clientId: string;
  /** What people call it. */
  name?: string;
  /** Where browsers bring its codes. Default: nowhere, and it gets its tokens by `identityAssertions` alone. */
  redirectUris?: readonly string[];
  /** Whether it is a program on devices without a browser, too (RFC 8628); `deviceAuthorization` must be on. Default: false. */
  devices?: boolean;
  /** Where people may be sent when they are signed out (OpenID Connect RP-Initiated Logout §3.1). Default: nowhere. */
  postLogoutRedirectUris?: readonly string[];
  /** The https URL that is told when a person's sign-in session ends (OpenID Connect Back-Channel Logout §2.2). Default: none. */
  backchannelLogoutUri?: string;
}

import type { ScopeHierarchy } from '../oauth/scope.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';

/** One protected MCP server. */
export interface ResourceOptions {
  /** Its public URL, exactly as clients are given it: `https://api.example.com/mcp`. */
  identifier: string;
  /** Shown on the consent page. Default: the host of the identifier. */
  name?: string;
  /** Scopes with the words the consent page shows. Default: the module's `scopes`. */
  scopes?: Record<string, string>;
  /** What the first challenge names. Default: the module's `defaultScopes`, or all scopes of the resource. */
  challengeScopes?: string[];
  /** Broader scopes and what they imply. Default: the module's `scopeHierarchy`. */
  scopeHierarchy?: ScopeHierarchy;
  /** Seconds its access tokens live, at most 86400. Default: the module's `accessTokenExpiresIn`. */
  accessTokenExpiresIn?: number;
  /** Signs its access tokens. Default: the module's. */
  signingAlgorithm?: SigningAlgorithm;
  /**
   * Seconds since a person last proved who they are, at most, when they give a client access to it: whoever signed in before
   * that signs in again, and `prompt=none` answers `login_required`. A refresh asks nobody. Default: any time.
   */
  maxAge?: number;
  /** The server's own credentials: for introspection (RFC 7662 §2.1), and for exchanging tokens (`McpDelegation`). */
  introspection?: {
    /** `client_id` of the server. */
    clientId: string;
    /** At least 32 random characters. Every replica takes it as soon as one starts with it. */
    clientSecret: string;
    /** Seconds that the secret which this one replaces goes on working: 86400 by default, 0 ends it at once. */
    overlap?: number;
  };
  /**
   * False issues no tokens for it. Default true. Among options it is how the resource begins: from then on its state is
   * the database's, which `McpResources.disable` and `enable` change.
   */
  enabled?: boolean;
}

/** Access tokens that only the holder of a key can use (DPoP, RFC 9449). A client that brings a proof always gets such. */
export interface DpopOptions {
  /** Whether every access token must be bound to a key. Default false: bearer tokens are issued and taken too. */
  required?: boolean;
  /** Whether every proof must carry a nonce of the server's, which costs clients a second request now and then (§8). Default false. */
  nonces?: boolean;
}

/** The protected MCP servers of a module, and what they share. */
export interface ProtectedResourceOptions {
  /** The MCP server, or several: URLs, or objects that say more. The first is the default resource. */
  resource: string | ResourceOptions | (string | ResourceOptions)[];
  /** Scopes of every resource, with the words the consent page shows. */
  scopes?: Record<string, string>;
  /** What a first challenge names. Default: all of `scopes`. */
  defaultScopes?: string[];
  /** Broader scopes and what they imply. */
  scopeHierarchy?: ScopeHierarchy;
  /** How tokens are bound to keys. */
  dpop?: DpopOptions;
}

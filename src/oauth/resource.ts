import type { SigningAlgorithm } from './signing-algorithm.js';
import type { ScopeHierarchy } from './scope.js';

/** A protected MCP server as this project knows it (RFC 8707, RFC 9728). */
export interface ProtectedResource {
  /** The canonical identifier: `aud` of its tokens, `resource` of its metadata. */
  readonly identifier: string;
  /** Shown on the consent page; the identifier's host when not given. */
  readonly name: string;
  /** Every scope it knows, with the words the consent page shows. */
  readonly scopes: Readonly<Record<string, string>>;
  /** What its first challenge names, and what a request without `scope` gets. */
  readonly challengeScopes: readonly string[];
  /** Broader scopes and what they imply. */
  readonly scopeHierarchy: ScopeHierarchy;
  /** Seconds its access tokens live; null for the server's default. */
  readonly accessTokenExpiresIn: number | null;
  /** Signs its access tokens; null for the server's default. */
  readonly signingAlgorithm: SigningAlgorithm | null;
  /** Whether tokens are issued for it. */
  readonly enabled: boolean;
}

/** The credentials of a protected MCP server at the introspection endpoint (RFC 7662 §2.1). */
export interface ResourceServer {
  /** Identifier of its resource. */
  resource: string;
  clientId: string;
  clientSecret: string;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * The form in which two identifiers of one resource are equal: scheme and host without case,
 * no default port, no trailing slash on an empty path (MCP 2026-07-28, "Canonical Server URI").
 * Null for what is no absolute http(s) URI or has a fragment (RFC 8707 §2).
 */
export function canonicalResource(value: string): string | null {
  if (!URL.canParse(value) || value.includes('#')) return null;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.username || url.password) return null;
  return url.pathname === '/' && !url.search ? url.origin : url.href;
}

/** Where the metadata of a resource stands: inserted before its path (RFC 9728 §3.1). */
export function resourceMetadataUrl(identifier: string): string {
  const url = new URL(identifier);
  return `${url.origin}${resourceMetadataPath(identifier)}${url.search}`;
}

export function resourceMetadataPath(identifier: string): string {
  const { pathname } = new URL(identifier);
  return pathname === '/' ? WELL_KNOWN : WELL_KNOWN + pathname;
}

/** The protected resource metadata document (RFC 9728 §2). */
export function resourceMetadata(resource: ProtectedResource, issuer: string): Record<string, unknown> {
  return {
    resource: resource.identifier,
    authorization_servers: [issuer],
    scopes_supported: resource.challengeScopes,
    bearer_methods_supported: ['header'],
    resource_name: resource.name,
  };
}

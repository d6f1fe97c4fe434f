import { DPOP_ALGORITHMS } from './dpop.js';
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
  /** Seconds since the person last proved who they are, at most, when a client gets access to it; null for any time. */
  readonly maxAge: number | null;
  /** Whether tokens are issued for it. */
  readonly enabled: boolean;
}

/** The credentials of a protected MCP server at the introspection endpoint (RFC 7662 §2.1). */
export interface ResourceServer {
  /** Identifier of its resource. */
  resource: string;
  clientId: string;
  clientSecret: string;
  /** Seconds a secret that this one replaces goes on working. */
  overlap: number;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Scheme, authority, path and query of an identifier: ASCII without blanks, user or fragment (RFC 8707 §2). */
const IDENTIFIER =
  /^(https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?)((?:\/[\x21\x22\x24-\x3E\x40-\x7E]*)?)((?:\?[\x21\x22\x24-\x7E]*)?)$/i;

/**
 * The form in which two identifiers of one resource are equal: scheme and host in lower case, and no slash at the end
 * of the path (MCP 2026-07-28, "Canonical Server URI"). Null for what is no absolute http(s) URI.
 */
export function canonicalResource(value: string): string | null {
  const [, origin, path = '', query = ''] = IDENTIFIER.exec(value) ?? [];
  if (origin === undefined || !URL.canParse(value)) return null;
  return origin.toLowerCase() + path.replace(/\/$/, '') + query;
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
export function resourceMetadata(
  resource: ProtectedResource,
  issuer: string,
  dpop: { required: boolean },
): Record<string, unknown> {
  return {
    resource: resource.identifier,
    authorization_servers: [issuer],
    scopes_supported: resource.challengeScopes,
    bearer_methods_supported: ['header'],
    resource_name: resource.name,
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    ...(dpop.required && { dpop_bound_access_tokens_required: true }),
  };
}

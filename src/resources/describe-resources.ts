import { canonicalResource, type ProtectedResource } from '../oauth/resource.js';
import { isScopeToken } from '../oauth/scope.js';
import type { ProtectedResourceOptions, ResourceOptions } from './resource-options.js';

/** Scopes that are the authorization server's business and never a resource's (MCP 2026-07-28, "Refresh Tokens"). */
const NOT_FOR_RESOURCES = ['openid', 'offline_access'];

/** The protected resources that options describe. @throws Error with a sentence that says what to change. */
export function describeResources(options: ProtectedResourceOptions): ProtectedResource[] {
  const described = [options.resource]
    .flat()
    .map((resource) => describe(typeof resource === 'string' ? { identifier: resource } : resource, options));
  if (described.length === 0) throw new Error('`resource` is empty: name at least one protected MCP server.');
  const identifiers = new Set(described.map(({ identifier }) => canonicalResource(identifier)));
  if (identifiers.size < described.length) throw new Error('`resource` names the same MCP server twice.');
  return described;
}

function describe(resource: ResourceOptions, shared: ProtectedResourceOptions): ProtectedResource {
  const { identifier, scopes = shared.scopes ?? {} } = resource;
  if (canonicalResource(identifier) === null)
    throw new Error(`\`resource\` "${identifier}" must be an absolute http(s) URL without a fragment.`);
  const names = Object.keys(scopes);
  const shareDefaults = shared.defaultScopes?.filter((scope) => names.includes(scope));
  const challengeScopes = resource.challengeScopes ?? (resource.scopes ? names : (shareDefaults ?? names));
  for (const scope of names)
    if (!isScopeToken(scope))
      throw new Error(`The scope "${scope}" holds a character a scope must not have.`);
  for (const scope of challengeScopes)
    if (!names.includes(scope))
      throw new Error(`The challenge scope "${scope}" is none of the scopes of ${identifier}.`);
  for (const scope of NOT_FOR_RESOURCES)
    if (names.includes(scope))
      throw new Error(`The scope "${scope}" cannot be a scope of a resource: take it out.`);
  const { host, pathname } = new URL(identifier);
  return {
    identifier,
    name: resource.name ?? host + (pathname === '/' ? '' : pathname),
    scopes,
    challengeScopes,
    scopeHierarchy: shared.scopeHierarchy ?? {},
  };
}

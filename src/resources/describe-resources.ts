import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { canonicalResource, type ProtectedResource } from '../oauth/resource.js';
import { isScopeToken, type ScopeHierarchy } from '../oauth/scope.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithm.js';
import { checkResourceMembers, checkSharedMembers } from './resource-members.js';
import type { ProtectedResourceOptions, ResourceOptions } from './resource-options.js';

/** Seconds: a year. A sign-in session is over by then. */
const LONGEST_MAX_AGE = 31_536_000;

/** The protected resources that options describe. @throws Error with a sentence that says what to change. */
export function describeResources(options: ProtectedResourceOptions): ProtectedResource[] {
  if (options.resource === undefined)
    throw new Error('`resource` is not set: name the protected MCP server by its public URL.');
  checkSharedMembers(options);
  const described = [options.resource]
    .flat()
    .map((resource) =>
      describeResource(typeof resource === 'string' ? { identifier: resource } : resource, options),
    );
  if (described.length === 0) throw new Error('`resource` is empty: name at least one protected MCP server.');
  const identifiers = new Set(described.map(({ identifier }) => canonicalResource(identifier)));
  if (identifiers.size < described.length) throw new Error('The resources name the same MCP server twice.');
  const scopes = new Set(described.flatMap((resource) => Object.keys(resource.scopes)));
  for (const scope of options.defaultScopes ?? [])
    if (!scopes.has(scope))
      throw new Error(`\`defaultScopes\` names "${scope}", which is a scope of none of the resources.`);
  for (const scope of namesIn(options.scopeHierarchy))
    if (!scopes.has(scope))
      throw new Error(`\`scopeHierarchy\` names "${scope}", which is a scope of none of the resources.`);
  return described;
}

/** One of them, with what it shares with the others. @throws Error with a sentence that says what to change. */
export function describeResource(
  resource: ResourceOptions,
  shared: Omit<ProtectedResourceOptions, 'resource'>,
): ProtectedResource {
  checkResourceMembers(resource);
  const { identifier, scopes = shared.scopes ?? {} } = resource;
  if (canonicalResource(identifier) === null)
    throw new Error(`The resource "${identifier}" must be an absolute http(s) URL without a fragment.`);
  const { accessTokenExpiresIn = null, signingAlgorithm = null, maxAge = null, enabled = true } = resource;
  if (accessTokenExpiresIn !== null && !isLifetime(accessTokenExpiresIn))
    throw new Error(
      `The accessTokenExpiresIn of ${identifier} must be a whole number of seconds from 1 to ${LONGEST_ACCESS_TOKEN}.`,
    );
  if (signingAlgorithm !== null && !SIGNING_ALGORITHMS.includes(signingAlgorithm))
    throw new Error(`The signingAlgorithm of ${identifier} must be one of ${SIGNING_ALGORITHMS.join(', ')}.`);
  if (maxAge !== null && !(maxAge >= 1 && maxAge <= LONGEST_MAX_AGE))
    throw new Error(
      `The maxAge of ${identifier} must be a whole number of seconds from 1 to ${LONGEST_MAX_AGE}.`,
    );
  const names = Object.keys(scopes);
  const shareDefaults = shared.defaultScopes?.filter((scope) => names.includes(scope));
  const challengeScopes = resource.challengeScopes ?? (resource.scopes ? names : (shareDefaults ?? names));
  for (const scope of names)
    if (!isScopeToken(scope))
      throw new Error(`The scope "${scope}" holds a character a scope must not have.`);
  for (const scope of challengeScopes)
    if (!names.includes(scope))
      throw new Error(`The challenge scope "${scope}" is none of the scopes of ${identifier}.`);
  for (const scope of namesIn(resource.scopeHierarchy))
    if (!names.includes(scope))
      throw new Error(
        `The \`scopeHierarchy\` of ${identifier} names "${scope}", which is none of its scopes.`,
      );
  for (const scope of Object.keys(SERVER_SCOPES))
    if (names.includes(scope))
      throw new Error(`The scope "${scope}" cannot be a scope of a resource: take it out.`);
  const { host, pathname } = new URL(identifier);
  return {
    identifier,
    name: resource.name ?? host + (pathname === '/' ? '' : pathname),
    scopes,
    challengeScopes,
    scopeHierarchy: resource.scopeHierarchy ?? shared.scopeHierarchy ?? {},
    accessTokenExpiresIn,
    signingAlgorithm,
    maxAge,
    enabled,
  };
}

function namesIn(hierarchy: ScopeHierarchy = {}): string[] {
  return Object.entries(hierarchy).flatMap(([scope, implied]) => [scope, ...implied]);
}

function isLifetime(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LONGEST_ACCESS_TOKEN;
}

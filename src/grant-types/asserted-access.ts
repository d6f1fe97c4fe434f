import type { IdentityAssertion } from '../assertions/identity-assertion.js';
import { InvalidGrantError } from '../oauth/errors.js';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { missingScopes, parseScope } from '../oauth/scope.js';
import type { IdentityAssertionRule } from '../oauth/trusted-issuer.js';

/**
 * The one resource that an assertion is for, within its rule; of several the request names one. An assertion that names
 * none is for the only one that it could be for: by the request alone nothing is decided.
 * @throws InvalidGrantError for none, and for several.
 */
export function assertedResource(
  resources: ProtectedResources,
  { resources: said }: IdentityAssertion,
  { resources: most }: IdentityAssertionRule,
  requested: ProtectedResource | null,
): ProtectedResource {
  const named = (names: readonly string[] | null | undefined, resource: ProtectedResource) =>
    names?.some((name) => resources.find(name)?.identifier === resource.identifier) ?? true;
  const possible = resources.all().filter((one) => one.enabled && named(said, one) && named(most, one));
  const isRequested = ({ identifier }: ProtectedResource) =>
    requested === null || identifier === requested.identifier;
  const [only, ...others] = said === undefined && possible.length > 1 ? [] : possible.filter(isRequested);
  if (only && others.length === 0) return only;
  throw new InvalidGrantError('The assertion is for no resource of this server, or for none alone.');
}

/** The scopes of the assertion, of the request and of the rule alike. @throws InvalidGrantError where none is left. */
export function assertedScopes(
  { scope: said }: IdentityAssertion,
  { scopes: most }: IdentityAssertionRule,
  { scopes: known, challengeScopes, scopeHierarchy }: ProtectedResource,
  requested: string | undefined,
): readonly string[] {
  const names = Object.keys(known);
  const ceilings = [said === undefined ? null : parseScope(said), most];
  const asked = parseScope(requested ?? said ?? challengeScopes.join(' '));
  const scopes = asked.filter(
    (scope) =>
      names.includes(scope) &&
      ceilings.every(
        (ceiling) => ceiling === null || missingScopes([scope], ceiling, scopeHierarchy).length === 0,
      ),
  );
  if (scopes.length > 0 || names.length === 0) return scopes;
  throw new InvalidGrantError(
    'None of the scopes of the assertion, the request and this server is the same.',
  );
}

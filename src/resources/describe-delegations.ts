import type { DelegationRule } from '../oauth/delegation.js';
import type { ProtectedResource, ResourceServer } from '../oauth/resource.js';
import type { DelegationOptions } from './delegation-options.js';

/** Servers of one chain that may act one through the other, at most. */
const DEEPEST = 10;

/** The servers that options name. */
interface Servers {
  resources: readonly ProtectedResource[];
  resourceServers: readonly Pick<ResourceServer, 'resource'>[];
}

/** Which server may call which other one. @throws Error with a sentence that says what to change. */
export function describeDelegations(
  delegations: readonly DelegationOptions[],
  { resources, resourceServers }: Servers,
): DelegationRule[] {
  return delegations.map(({ from, to, scopes, requires = [] }): DelegationRule => {
    const complain = (sentence: string) => new Error(`The delegation from ${from} to ${to} ${sentence}.`);
    const known = (identifier: string) => {
      const found = resources.find((resource) => resource.identifier === identifier);
      if (found) return found;
      throw complain(
        `names ${identifier}, which is none of the resources: write its identifier as it stands there`,
      );
    };
    const [caller, called] = [known(from), known(to)];
    if (from === to) throw complain('leads back to itself');
    if (!resourceServers.some(({ resource }) => resource === from))
      throw complain(`needs \`introspection\` credentials of ${from}, by which it proves who it is`);
    check(scopes, 'scopes', called, complain);
    check(requires, 'requires', caller, complain);
    if (scopes.length === 0 && Object.keys(called.scopes).length > 0)
      throw complain('gives nothing: name some of its `scopes`');
    return { from, to, scopes: [...new Set(scopes)], requires: [...new Set(requires)] };
  });
}

/** How many servers may act one through the other. @throws Error with a sentence that says what to change. */
export function describeDelegationDepth(depth = 3): number {
  if (Number.isInteger(depth) && depth >= 1 && depth <= DEEPEST) return depth;
  throw new Error(`\`delegationDepth\` must be a whole number from 1 to ${DEEPEST}.`);
}

// Options may come from a file, where a type proves nothing.
function check(
  scopes: unknown,
  option: string,
  { identifier, scopes: known }: ProtectedResource,
  complain: (sentence: string) => Error,
): void {
  if (!Array.isArray(scopes)) throw complain(`must have a list as \`${option}\``);
  const unknown = scopes.find((scope) => typeof scope !== 'string' || !Object.hasOwn(known, scope));
  if (unknown !== undefined)
    throw complain(`names "${String(unknown)}" in \`${option}\`, which is no scope of ${identifier}`);
}

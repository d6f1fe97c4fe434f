import type { ProtectedResource } from './resource.js';
import { impliedScopes, missingScopes } from './scope.js';

/** Which MCP server may call which other one for whoever calls it, as an administrator says. */
export interface DelegationRule {
  /** Identifier of the server that calls. */
  readonly from: string;
  /** Identifier of the server that is called. */
  readonly to: string;
  /** The most it gets there. */
  readonly scopes: readonly string[];
  /** What the token that it was called with must have. */
  readonly requires: readonly string[];
}

/**
 * The most that rules give one server at another, for a token with these scopes; null when none of them lets it in.
 * A scope that both servers know is given to nobody who does not have it: neither by itself nor within a broader one.
 * @param rules of this pair.
 * @param held scopes of the token at `from`.
 */
export function delegableScopes(
  rules: readonly DelegationRule[],
  held: readonly string[],
  from: ProtectedResource,
  to: ProtectedResource,
): string[] | null {
  const holds = (scopes: readonly string[]) => missingScopes(scopes, held, from.scopeHierarchy).length === 0;
  const fitting = rules.filter(({ requires }) => holds(requires));
  if (fitting.length === 0) return null;
  const named = new Set(fitting.flatMap(({ scopes }) => scopes));
  return [...named].filter((scope) => {
    if (!Object.hasOwn(to.scopes, scope)) return false;
    const shared = [...impliedScopes([scope], to.scopeHierarchy)].filter((each) =>
      Object.hasOwn(from.scopes, each),
    );
    return holds(shared);
  });
}

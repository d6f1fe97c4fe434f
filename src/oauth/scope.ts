/** RFC 6749 §3.3: one scope-token. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** A scope and the scopes it implies, e.g. `{ 'files:write': ['files:read'] }`; implication is transitive. */
export type ScopeHierarchy = Readonly<Record<string, readonly string[]>>;

export function isScopeToken(value: string): boolean {
  return SCOPE_TOKEN.test(value);
}

/** The distinct scopes of a space-delimited list (RFC 6749 §3.3), in the order given; empty for none. */
export function parseScope(value: string | undefined | null): string[] {
  return value ? [...new Set(value.split(' ').filter(Boolean))] : [];
}

/** Whether a scope administers, as its words say: `admin`, `admin:people`, `notes.admin`. */
export function isAdministrative(scope: string): boolean {
  return scope
    .toLowerCase()
    .split(/[^a-z]+/)
    .includes('admin');
}

export function formatScope(scopes: Iterable<string>): string {
  return [...scopes].join(' ');
}

/** All that `granted` allows, the implied scopes of the hierarchy included. */
export function impliedScopes(granted: Iterable<string>, hierarchy: ScopeHierarchy): Set<string> {
  const all = new Set<string>();
  const pending = [...granted];
  for (let scope = pending.pop(); scope !== undefined; scope = pending.pop()) {
    if (all.has(scope)) continue;
    all.add(scope);
    if (Object.hasOwn(hierarchy, scope)) pending.push(...(hierarchy[scope] ?? []));
  }
  return all;
}

/** The scopes of `needed` that `granted` does not cover, in the order needed. */
export function missingScopes(
  needed: readonly string[],
  granted: readonly string[],
  hierarchy: ScopeHierarchy = {},
): string[] {
  if (needed.length === 0) return [];
  const unnamed = needed.filter((scope) => !granted.includes(scope));
  if (unnamed.length === 0) return unnamed;
  const held = impliedScopes(granted, hierarchy);
  return [...new Set(unnamed)].filter((scope) => !held.has(scope));
}

/** Whether `granted` covers any scope of `known`. */
export function coversAny(
  known: readonly string[],
  granted: readonly string[],
  hierarchy: ScopeHierarchy = {},
): boolean {
  for (const scope of granted) if (known.includes(scope)) return true;
  const held = impliedScopes(granted, hierarchy);
  return known.some((scope) => held.has(scope));
}

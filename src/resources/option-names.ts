import type { DpopOptions, ProtectedResourceOptions } from './resource-options.js';

/** The names that an object may have. */
export type FlatNames<Options> = Readonly<Record<keyof Options, true>>;
type Below = Readonly<Record<string, true>>;
/** The same; those of an object in it stand below its own, and those of the entries of a list in brackets. */
export type Names<Options> = Readonly<Record<keyof Options, true | Below | readonly [Below]>>;

export const DPOP_NAMES: FlatNames<DpopOptions> = { required: true, nonces: true };

/** What both modules have. */
export const SHARED_NAMES: Names<ProtectedResourceOptions> = {
  resource: true,
  scopes: true,
  defaultScopes: true,
  scopeHierarchy: true,
  dpop: DPOP_NAMES,
};

/**
 * The types refuse a name that is misspelled, but not in what a factory returns, nor in JavaScript.
 * @throws Error with one sentence for the first name that there is not.
 */
export function checkNames(
  given: object,
  names: Readonly<Record<string, true | Below | readonly [Below]>>,
  above = '',
): void {
  const known = Object.keys(names);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const below = Object.hasOwn(names, name) ? names[name] : undefined;
    if (below === undefined)
      throw new Error(`\`${above}${name}\` is no option here: ${suggestion(name, known, above)}.`);
    if (below === true) continue;
    const [inEntries] = Array.isArray(below) ? below : [];
    if (inEntries === undefined) checkBelow(value, below as Below, `${above}${name}.`);
    else if (Array.isArray(value))
      for (const [place, entry] of value.entries())
        checkBelow(entry, inEntries as Below, `${above}${name}[${place}].`);
  }
}

/** What is no object, its own reader complains of. */
function checkBelow(value: unknown, names: Below, above: string): void {
  if (typeof value === 'object' && value !== null) checkNames(value, names, above);
}

function suggestion(name: string, known: readonly string[], above: string): string {
  const meant = letters(name);
  const close =
    known.find((each) => letters(each) === meant) ?? known.find((each) => isClose(letters(each), meant));
  return close === undefined ? 'take it out' : `write it as \`${above}${close}\``;
}

/** `jwks_uri` is how others write `jwksUri`. */
function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** One of them is how the other begins, or what it ends with. */
function isClose(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one) || one.endsWith(other) || other.endsWith(one);
}

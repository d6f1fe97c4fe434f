import type { Claims } from './upstream-identity.js';

/** Claims of one token that are shown, and entries of a list or an object in one. */
const MOST_CLAIMS = 60;
const MOST_ENTRIES = 20;
/** Levels of lists and objects in a claim. */
const DEEPEST = 3;
/** Characters of a text in a claim. */
const LONGEST_TEXT = 200;
/** Characters of a claim. */
const LONGEST_CLAIM = 2_000;

export interface ShownClaim {
  name: string;
  value: string;
}

/** Claims as a page can show them, by name, whatever a provider has put there; and how many more there are. */
export function shownClaims(claims: Claims): { shown: ShownClaim[]; more: number } {
  const names = Object.keys(claims).toSorted();
  const shown = names.slice(0, MOST_CLAIMS).map((name) => ({ name, value: written(claims[name]) }));
  return { shown, more: names.length - shown.length };
}

function written(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(bounded(value, 0));
  return text.slice(0, LONGEST_CLAIM);
}

/** The same value, with an ellipsis for what is beyond the bounds. */
function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) {
    const entries = value.slice(0, MOST_ENTRIES).map((entry) => bounded(entry, depth + 1));
    return value.length > MOST_ENTRIES ? [...entries, '…'] : entries;
  }
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MOST_ENTRIES)
    .map(([name, entry]) => [String(bounded(name, 0)), bounded(entry, depth + 1)]);
  return Object.fromEntries(entries.length > MOST_ENTRIES ? [...kept, ['…', '…']] : kept);
}

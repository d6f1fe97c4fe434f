import { formText } from './form-text.js';

/** In which order a list stands: `name`, or `-name` for the other way round, in its address. */
export interface Sorting<Key extends string> {
  by: Key;
  descending: boolean;
}

/** What the address asks for; the first of the keys when it asks for none of them. */
export function readSorting<Key extends string>(
  value: unknown,
  keys: readonly [Key, ...Key[]],
  fallback: Sorting<Key> = { by: keys[0], descending: false },
): Sorting<Key> {
  const text = formText(value) ?? '';
  const by = keys.find((key) => key === text.replace(/^-/, ''));
  return by === undefined ? fallback : { by, descending: text.startsWith('-') };
}

/** The same as it stands in an address. */
export function sortingText({ by, descending }: Sorting<string>): string {
  return descending ? `-${by}` : by;
}

/**
 * Whether a text is this one, by an index of `hashtext` of it, four bytes of every text. Two that have the same hash are
 * told apart.
 */
export function equalText(column: string, value: string): string {
  return `(hashtext(${column}) = hashtext(${value}) AND ${column} = ${value})`;
}

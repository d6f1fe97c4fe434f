/** More than these are not counted. */
export const COUNT_LIMIT = 10_000;

/** A number of things in words: `1 rule`, `218 people`, `more than 10,000 connections`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  if (count > COUNT_LIMIT) return `more than ${COUNT_LIMIT.toLocaleString('en')} ${several}`;
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}

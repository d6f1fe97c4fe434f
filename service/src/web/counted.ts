/** More than these are not counted. */
export const COUNT_LIMIT = 10_000;

/** A number of things in words: `1 rule`, `218 people`, `more than 10,000 connections`. @param limit more were not counted. */
export function counted(count: number, one: string, several = `${one}s`, limit = COUNT_LIMIT): string {
  if (count > limit) return `more than ${limit.toLocaleString('en')} ${several}`;
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}

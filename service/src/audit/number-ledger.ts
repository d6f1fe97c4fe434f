/** Which numbers of a process have been seen, whatever their order. */
export class NumberLedger {
  private highest: number;
  private readonly holes = new Set<number>();

  /** @param through numbers up to it are not asked for. */
  constructor(private readonly through: number) {
    this.highest = through;
  }

  see(number: number): void {
    for (let hole = this.highest + 1; hole < number; hole++) this.holes.add(hole);
    this.holes.delete(number);
    this.highest = Math.max(this.highest, number);
  }

  /** From the lowest number that is asked for up to `last`, or to the highest seen where that is more. */
  missing(last: number): number[] {
    const behind = Math.max(this.highest, this.through);
    const tail = Array.from({ length: Math.max(0, last - behind) }, (_, index) => behind + 1 + index);
    return [...[...this.holes].toSorted((one, other) => one - other), ...tail];
  }
}

/** `1 to 3, 7`. */
export function formatNumbers(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first} to ${last}`)).join(', ');
}

import { describe, expect, it } from 'vitest';
import { type PageRange, PageWalk } from './page-walk.js';

describe('a walk over the pages of a table', () => {
  /** What is looked at in each of so many rounds, where each look deletes as many rows as this says. */
  const looks = async (pages: number, rounds: number, deleted: (range: PageRange) => number = () => 0) => {
    const walk = new PageWalk();
    const seen: string[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ranges: string[] = [];
      await walk.round(async (range) => {
        ranges.push(`${range.from}–${range.until}`);
        return { deleted: deleted(range), pages };
      });
      seen.push(ranges);
    }
    return seen;
  };

  it('looks at the next pages in each round, and begins again after the last', async () => {
    expect(await looks(150, 4)).toEqual([
      ['(0,0)–(64,0)'],
      ['(64,0)–(128,0)'],
      ['(128,0)–(192,0)'],
      ['(0,0)–(64,0)'],
    ]);
  });

  it('looks at an empty table once a round', async () => {
    expect(await looks(0, 2)).toEqual([['(0,0)–(64,0)'], ['(0,0)–(64,0)']]);
  });

  it('goes on as long as there is much to take away, and no further than the end', async () => {
    expect(await looks(128, 2, () => 1_000)).toEqual([
      ['(0,0)–(64,0)', '(64,0)–(128,0)'],
      ['(0,0)–(64,0)', '(64,0)–(128,0)'],
    ]);
  });

  it('leaves the rest of very much to the next round', async () => {
    const [first = [], [next] = []] = await looks(100_000, 2, () => 1_000);
    expect(first).toHaveLength(20);
    expect(next).toBe('(1280,0)–(1344,0)');
  });
});

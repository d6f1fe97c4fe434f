import { describe, expect, it } from 'vitest';
import { boundedCache } from './bounded-cache.js';

describe('boundedCache', () => {
  it('holds those that were used last', () => {
    const cache = boundedCache<string, number>(2);
    cache.set('a', 1).set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([...cache.keys()].toSorted()).toEqual(['a', 'c']);
  });

  it('holds as many when they are replaced and come again', () => {
    const cache = boundedCache<number, number>(3, { ttl: 60_000 });
    for (let round = 0; round < 3; round++) for (let key = 0; key < 5; key++) cache.set(key, round);
    cache.delete(4);
    expect([...cache]).toEqual([
      [3, 2],
      [2, 2],
    ]);
  });
});

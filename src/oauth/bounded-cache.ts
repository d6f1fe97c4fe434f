import { LRUCache } from 'lru-cache';

/**
 * The `most` entries that were used last. It takes the memory of what it holds: with `max`, LRUCache takes that of all it
 * may ever hold when it is made.
 */
export function boundedCache<Key extends {}, Value extends {}>(
  most: number,
  options: { ttl?: number } = {},
): LRUCache<Key, Value> {
  return new LRUCache({ maxSize: most, sizeCalculation: () => 1, ...options });
}

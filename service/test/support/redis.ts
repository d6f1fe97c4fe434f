import { createClient } from '@redis/client';
import { randomBytes } from 'node:crypto';

const URL_ = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';

async function reach(): Promise<string | null> {
  const client = createClient({ url: URL_, socket: { connectTimeout: 15_000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  try {
    await client.connect();
    client.destroy();
    return URL_;
  } catch (error) {
    if (process.env['CI']) throw new Error(`Redis is not reachable at ${URL_}.`, { cause: error });
    console.warn(`\n*** SKIPPED: Redis is not reachable at ${URL_}; its tests do not run. ***\n`);
    return null;
  }
}

/** A Redis server for tests; null when there is none, which CI does not allow. */
export const redisUrl = await reach();

/** Keys begin with what nobody else uses. */
export const newPrefix = () => `test_${randomBytes(6).toString('hex')}`;

/** The keys below a prefix. */
export async function keysBelow(prefix: string): Promise<string[]> {
  const client = createClient({ url: URL_ });
  await client.connect();
  const keys = await client.keys(`${prefix}:*`);
  client.destroy();
  return keys;
}

import { Logger } from '@nestjs/common';
import type { RedisClientType } from '@redis/client';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. */
const CONNECT_TIMEOUT = 2_000;
const LONGEST_RETRY = 2_000;
const PING_INTERVAL = 2_000;
/** Without an answer, not even to a ping. */
const SILENCE = 6_000;

/**
 * A connection to Redis that comes back by itself. While it is away commands fail at once, and nothing waits for it: not
 * even the start of the service, beyond two seconds. The client is loaded only here.
 */
export async function connectRedis(url: string): Promise<RedisClientType> {
  const { createClient } = await import('@redis/client');
  const logger = new Logger('Redis');
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL,
    socket: {
      connectTimeout: CONNECT_TIMEOUT,
      socketTimeout: SILENCE,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_RETRY),
    },
  });
  let away = false;
  client.on('error', ({ message }: Error) => {
    if (!away) logger.warn(`Redis is away, and this replica counts in its memory: ${message}`);
    away = true;
  });
  client.on('ready', () => {
    if (away) logger.log('Redis is back.');
    away = false;
  });
  await Promise.race([
    client.connect().catch(() => undefined),
    delay(CONNECT_TIMEOUT, undefined, { ref: false }),
  ]);
  return client;
}

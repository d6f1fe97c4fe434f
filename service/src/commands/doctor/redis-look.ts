import { type Finding, look } from './finding.js';

const PATIENCE = 2_000;

/** Redis, where it is configured: without it each replica counts alone. */
export function lookAtRedis(url: string | null): Promise<Finding[]> {
  if (url === null) return Promise.resolve([]);
  return look('Redis', async () => {
    const { createClient } = await import('@redis/client');
    const client = createClient({ url, socket: { connectTimeout: PATIENCE, reconnectStrategy: false } });
    // It is thrown as well.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return [{ state: 'well', subject: 'Redis', says: 'answers' }];
    } finally {
      client.destroy();
    }
  });
}

import type { OnApplicationShutdown } from '@nestjs/common';
import type { RedisClientType } from '@redis/client';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { RateLimitConfig } from '../config/rate-limit-config.js';
import { connectRedis } from './redis.js';

/** Milliseconds that Redis may take for an answer. */
const REDIS_PATIENCE = 250;
/** Milliseconds between two looks for counts that are over, in PostgreSQL. */
const PRUNE_INTERVAL = 300_000;
const TABLE = 'rateLimit';

export interface Limit {
  points: number;
  /** Seconds. */
  duration: number;
}

/** Where the service counts, together with its other replicas: in Redis, or in its database. While that is away, in memory. */
export class LimitStore implements OnApplicationShutdown {
  private readonly pruning: NodeJS.Timeout;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly redis: { client: RedisClientType; prefix: string } | null,
  ) {
    this.pruning = setInterval(() => void this.prune().catch(() => undefined), PRUNE_INTERVAL).unref();
  }

  static async open({ redis }: RateLimitConfig, dataSource: DataSource): Promise<LimitStore> {
    return new LimitStore(dataSource, redis && { ...redis, client: await connectRedis(redis.url) });
  }

  /**
   * Counts under a name of its own, which tells its keys from those of others.
   * @param isFree whether it may not cost the database anything: without Redis, each replica counts for itself then.
   */
  limiter(name: string, limit: Limit, { isFree = false } = {}): RateLimiterAbstract {
    const insuranceLimiter = new RateLimiterMemory({ ...limit, keyPrefix: name });
    if (!this.redis && isFree) return insuranceLimiter;
    if (!this.redis)
      return new RateLimiterPostgres({
        ...limit,
        keyPrefix: name,
        insuranceLimiter,
        storeClient: this.dataSource,
        storeType: 'typeorm',
        schemaName: this.schema,
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: false,
      });
    const { client, prefix } = this.redis;
    const limiter = new RateLimiterRedis({
      ...limit,
      keyPrefix: `${prefix}:${name}`,
      insuranceLimiter,
      storeClient: client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
    });
    return new RLWrapperTimeouts({ limiter, timeoutMs: REDIS_PATIENCE, insuranceLimiter });
  }

  /** Deletes the counts that are over. Redis does so by itself. */
  async prune(): Promise<void> {
    if (this.redis) return;
    // Counts end by the system's clock.
    await this.dataSource.query(`DELETE FROM "${this.schema}"."${TABLE}" WHERE expire < $1`, [Date.now()]);
  }

  onApplicationShutdown(): void {
    clearInterval(this.pruning);
    if (this.redis?.client.isOpen) this.redis.client.destroy();
  }

  private get schema(): string {
    const { options } = this.dataSource;
    return String('schema' in options ? options.schema : '');
  }
}

/** Seconds to wait after a count; 0 when it was not one too many. @throws what is no answer of a limiter. */
export async function secondsToWait(counting: Promise<RateLimiterRes>): Promise<number> {
  try {
    await counting;
    return 0;
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw error;
  }
}

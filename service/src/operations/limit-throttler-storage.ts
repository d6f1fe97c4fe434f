import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { LimitStore } from './limit-store.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Lets @nestjs/throttler count where everything else is counted. */
@Injectable()
export class LimitThrottlerStorage implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterAbstract>();

  constructor(private readonly store: LimitStore) {}

  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    try {
      return describe(await this.limiter(limit, ttl).consume(key), false);
    } catch (error) {
      if (error instanceof RateLimiterRes) return describe(error, true);
      throw error;
    }
  }

  /** @param ttl milliseconds. */
  private limiter(points: number, ttl: number): RateLimiterAbstract {
    const name = `page:${points}:${ttl}`;
    const limiter = this.limiters.get(name) ?? this.store.limiter(name, { points, duration: ttl / 1000 });
    this.limiters.set(name, limiter);
    return limiter;
  }
}

function describe(
  { consumedPoints, msBeforeNext }: RateLimiterRes,
  isBlocked: boolean,
): ThrottlerStorageRecord {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return {
    totalHits: consumedPoints,
    timeToExpire: seconds,
    isBlocked,
    timeToBlockExpire: isBlocked ? seconds : 0,
  };
}

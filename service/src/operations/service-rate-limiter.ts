import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import {
  type RateLimitAnswer,
  type RateLimitedEndpoint,
  type RateLimitedRequest,
  RateLimiter,
} from 'nestjs-mcp-auth';
import { ServiceMetrics } from './service-metrics.js';
import { LimitStore, secondsToWait } from './limit-store.js';

type Property = 'clientId' | 'grantType' | 'address';

/** A minute. */
const DURATION = 60;

/** Requests a minute, and what counts apart. At the token endpoint those that failed. */
const LIMITS: Readonly<Record<RateLimitedEndpoint, { points: number; by: readonly Property[] }>> = {
  authorize: { points: 300, by: ['address'] },
  introspect: { points: 6_000, by: ['clientId'] },
  device: { points: 10, by: ['address'] },
  device_authorization: { points: 60, by: ['clientId', 'address'] },
  par: { points: 60, by: ['clientId', 'address'] },
  register: { points: 30, by: ['address'] },
  revoke: { points: 60, by: ['clientId', 'address'] },
  token: { points: 60, by: ['clientId', 'grantType', 'address'] },
  userinfo: { points: 120, by: ['address'] },
};

/**
 * Requests a minute that failed to prove one client from one address (RFC 6749 §2.3.1), and those from one address that
 * name no client there is: many people may stand behind it.
 */
const STRANGERS = 300;

/** Refreshes of one grant a minute: several processes may share it, and a loop must not. */
const REFRESHES = 30;
const REFRESH = 'token:refreshes';

/** Limits the OAuth endpoints, over all replicas. */
@Injectable()
export class ServiceRateLimiter extends RateLimiter {
  private readonly limiters: ReadonlyMap<string, RateLimiterAbstract>;
  private readonly refreshLimiter: RateLimiterAbstract;
  /** Until when this replica knows a key to be refused: it asks nobody then. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });

  constructor(
    store: LimitStore,
    private readonly metrics: ServiceMetrics,
  ) {
    super();
    const limits = Object.entries(LIMITS).flatMap(([endpoint, { points }]): [string, number][] => [
      [endpoint, points],
      [`${endpoint}:strangers`, STRANGERS],
    ]);
    // It bounds rows: to count in the database would cost what it saves.
    this.refreshLimiter = store.limiter(REFRESH, { points: REFRESHES, duration: DURATION }, { isFree: true });
    this.limiters = new Map(
      limits.map(([name, points]) => [name, store.limiter(name, { points, duration: DURATION })]),
    );
  }

  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    const { name, key } = identify(request);
    const left = (this.refused.get(`${name}:${key}`) ?? 0) - performance.now();
    if (left > 0) return this.refuse(name, Math.ceil(left / 1000));
    const retryAfter = await secondsToWait(this.limiter(name).consume(key));
    if (retryAfter === 0) return { allowed: true };
    this.refused.set(`${name}:${key}`, performance.now() + retryAfter * 1000);
    return this.refuse(name, retryAfter);
  }

  override async consumeRefresh(grantId: string): Promise<RateLimitAnswer> {
    const retryAfter = await secondsToWait(this.refreshLimiter.consume(grantId));
    return retryAfter === 0 ? { allowed: true } : this.refuse(REFRESH, retryAfter);
  }

  private refuse(name: string, retryAfter: number): RateLimitAnswer {
    this.metrics.rateLimited(name);
    return { allowed: false, retryAfter };
  }

  private limiter(name: string): RateLimiterAbstract {
    const limiter = this.limiters.get(name);
    if (!limiter) throw new Error(`There is no limit called ${name}.`);
    return limiter;
  }
}

function identify(request: RateLimitedRequest): { name: string; key: string } {
  const { endpoint, clientId, proven, address } = request;
  const parts = proven ? LIMITS[endpoint].by.map((property) => request[property]) : [clientId, address];
  // What strangers write stays out of the store, whatever its length.
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  return { name: proven ? endpoint : `${endpoint}:strangers`, key };
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { OAuthError } from 'nestjs-mcp-auth';
import { network } from 'nestjs-mcp-auth/service-kit';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { LimitStore, secondsToWait } from './limit-store.js';
import { ServiceMetrics } from './service-metrics.js';

/** Requests that fail, for a route, an address and a minute. What succeeds is free: behind an address may be an office. */
const FAILURES = { points: 300, duration: 60 };
/** Limits what goes wrong at the pages of the service, over all replicas. */
@Injectable()
export class PageThrottler implements CanActivate {
  private readonly limiter: RateLimiterAbstract;
  /** Until when this replica knows a key to be refused: it asks nobody then. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });

  constructor(
    store: LimitStore,
    private readonly metrics: ServiceMetrics,
    private readonly config: RateLimitConfig,
  ) {
    this.limiter = store.limiter('page', FAILURES);
  }

  /** @throws OAuthError with 429 where too much has failed. */
  canActivate(context: ExecutionContext): boolean {
    if (!this.config.enabled) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    const key = createHash('sha256')
      .update(`${route}\n${network(request.ip ?? '')}`)
      .digest('base64url');
    const left = (this.refused.get(key) ?? 0) - performance.now();
    if (left > 0) throw this.refusal(Math.ceil(left / 1000));
    response.once('finish', () => {
      if (isFault(response.statusCode)) void this.count(key);
    });
    return true;
  }

  private async count(key: string): Promise<void> {
    const wait = await secondsToWait(this.limiter.consume(key)).catch(() => 0);
    if (wait > 0) this.refused.set(key, performance.now() + wait * 1000);
  }

  private refusal(seconds: number): OAuthError {
    this.metrics.rateLimited('page');
    return new OAuthError('too_many_requests', `Too many requests; try again in ${seconds} seconds.`, 429, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}

/** What is too often has been counted by whoever said so. */
function isFault(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

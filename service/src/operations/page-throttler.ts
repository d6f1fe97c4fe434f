import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Request } from 'express';
import { OAuthError } from 'nestjs-mcp-auth';
import { network } from 'nestjs-mcp-auth/service-kit';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { ServiceMetrics } from './service-metrics.js';

/** Limits the pages of the service, by route and address. */
@Injectable()
export class PageThrottler extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly metrics: ServiceMetrics,
    private readonly config: RateLimitConfig,
  ) {
    super(options, storage, reflector);
  }

  protected override async shouldSkip(): Promise<boolean> {
    return !this.config.enabled;
  }

  protected override async getTracker({ ip }: Pick<Request, 'ip'>): Promise<string> {
    return network(ip ?? '');
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    this.metrics.rateLimited('page');
    const description = `Too many requests; try again in ${timeToBlockExpire} seconds.`;
    throw new OAuthError('too_many_requests', description, 429, {
      headers: { 'Retry-After': String(timeToBlockExpire) },
    });
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { OAuthError } from 'nestjs-mcp-auth';
import { network } from 'nestjs-mcp-auth/service-kit';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { UNLIMITED } from '../web/unlimited.js';
import { LimitStore, secondsToWait } from './limit-store.js';
import { ServiceExceptionFilter } from './service-exception.filter.js';
import { ServiceMetrics } from './service-metrics.js';

/** Requests that fail, for a route, an address and a minute. What succeeds is free: behind an address may be an office. */
const FAILURES = { points: 300, duration: 60 };

/**
 * Limits what goes wrong at the pages of the service, over all replicas. A request is looked at first, and nobody is
 * refused who has what the page asks for, whatever others did behind the same address (ADR 60).
 */
@Injectable()
export class PageThrottler implements CanActivate {
  private readonly limiter: RateLimiterAbstract;
  /** Until when this replica knows a key to be refused: it asks nobody then. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });
  private readonly routes = new WeakMap<Request, string>();
  private readonly known = new WeakMap<Request, string>();
  private readonly filter = new ServiceExceptionFilter();

  constructor(
    store: LimitStore,
    private readonly metrics: ServiceMetrics,
    private readonly config: RateLimitConfig,
    private readonly reflector: Reflector,
  ) {
    this.limiter = store.limiter('page', FAILURES);
  }

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    if (!this.config.enabled || this.reflector.getAllAndOverride<boolean>(UNLIMITED, places)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    this.routes.set(request, `${context.getClass().name}.${context.getHandler().name}`);
    const send = response.send.bind(response);
    response.send = (body?: unknown) => {
      // What is sent as JSON comes here a second time.
      response.send = send;
      const seconds = isFault(response.statusCode) ? this.secondsLeft(request) : 0;
      if (seconds === 0) return send(body);
      for (const name of ['Content-Type', 'Content-Length', 'ETag']) response.removeHeader(name);
      this.filter.catch(this.refusal(seconds), context);
      return response;
    };
    response.once('finish', () => {
      if (isFault(response.statusCode)) void this.count(this.key(request));
    });
    return true;
  }

  /**
   * What fails from here on counts for whoever this is, and no longer for the address.
   * @param proof that they have shown: a link, or the id of who is signed in.
   */
  recognise(request: Request, proof: string): void {
    this.known.set(request, proof);
  }

  /** Whether a failure now would be one too many: it is answered with 429, and nobody needs to record it. */
  isExceeded(request: Request): boolean {
    return this.secondsLeft(request) > 0;
  }

  private secondsLeft(request: Request): number {
    const left = (this.refused.get(this.key(request)) ?? 0) - performance.now();
    return Math.max(0, Math.ceil(left / 1000));
  }

  private key(request: Request): string {
    const proof = this.known.get(request);
    const who = proof === undefined ? network(request.ip ?? '') : `known ${proof}`;
    return createHash('sha256')
      .update(`${this.routes.get(request)}\n${who}`)
      .digest('base64url');
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

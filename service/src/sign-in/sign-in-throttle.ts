import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { network } from 'nestjs-mcp-auth/service-kit';
import { RateLimitConfig } from '../config/rate-limit-config.js';
import { LimitStore, secondsToWait } from '../operations/limit-store.js';

/** Tries per account and address, and per address, in a minute: slow for a guesser, and never a lock-out for good. */
const PER_ACCOUNT = { points: 10, duration: 60 };
const PER_ADDRESS = { points: 60, duration: 60 };

/** Slows down guessing; every replica counts alike. */
@Injectable()
export class SignInThrottle {
  private readonly perAccount: RateLimiterAbstract;
  private readonly perAddress: RateLimiterAbstract;

  constructor(
    store: LimitStore,
    private readonly config: RateLimitConfig,
  ) {
    this.perAccount = store.limiter('sign-in:account', PER_ACCOUNT);
    this.perAddress = store.limiter('sign-in:address', PER_ADDRESS);
  }

  /** Counts a try. Seconds to wait when there were too many; 0 when it may go on. */
  async count(email: string, address: string): Promise<number> {
    if (!this.config.enabled) return 0;
    const wait = await secondsToWait(this.perAddress.consume(digest(network(address))));
    return wait > 0 ? wait : secondsToWait(this.perAccount.consume(accountKey(email, address)));
  }

  /** Forgets the tries of somebody who turned out to be right. */
  async forgive(email: string, address: string): Promise<void> {
    if (this.config.enabled) await this.perAccount.delete(accountKey(email, address));
  }
}

function accountKey(email: string, address: string): string {
  return digest(`${email}\n${network(address)}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

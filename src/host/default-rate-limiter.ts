import { LRUCache } from 'lru-cache';
import { MemoryLimit } from './memory-limit.js';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from './rate-limiter.js';

/** Registrations per address and minute. */
const REGISTRATIONS = 30;
/** Failures per client and address, and minute, to prove to be that client (RFC 6749 §2.3.1). */
const GUESSES = 60;

const ALLOWED: RateLimitAnswer = { allowed: true };

/** Where the host has no limiter of its own: what must be limited, in the memory of this process. */
export class DefaultRateLimiter extends RateLimiter {
  private readonly registrations = new MemoryLimit(REGISTRATIONS);
  private readonly guesses = new MemoryLimit(GUESSES);
  /** Milliseconds of the process's clock until which no more is tried. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });

  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    if (request.endpoint === 'register') return this.registrations.count(request.address);
    const key = guess(request);
    if (key === null) return ALLOWED;
    const counted = await this.guesses.count(key);
    if (!counted.allowed) this.refused.set(key, performance.now() + counted.retryAfter * 1000);
    return counted;
  }

  override peek(request: RateLimitedRequest): RateLimitAnswer {
    const left = (this.refused.get(guess(request) ?? '') ?? 0) - performance.now();
    return left > 0 ? { allowed: false, retryAfter: Math.ceil(left / 1000) } : ALLOWED;
  }
}

/** Null for what guesses nothing. */
function guess({ clientId, proven, address }: RateLimitedRequest): string | null {
  return proven || clientId === null ? null : JSON.stringify([clientId, address]);
}

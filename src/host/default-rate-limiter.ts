import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from './rate-limiter.js';

/** Registrations per address and minute. */
const REGISTRATIONS = { points: 30, duration: 60 };
/** Failures per client and address, and minute, to prove to be that client (RFC 6749 §2.3.1). */
const GUESSES = { points: 60, duration: 60 };

const ALLOWED: RateLimitAnswer = { allowed: true };

/** Where the host has no limiter of its own: what must be limited, in the memory of this process. */
export class DefaultRateLimiter extends RateLimiter {
  private readonly registrations = new RateLimiterMemory(REGISTRATIONS);
  private readonly guesses = new RateLimiterMemory(GUESSES);
  /** Milliseconds of the process's clock until which no more is tried. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });

  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    if (request.endpoint === 'register') return answer(this.registrations.consume(request.address));
    const key = guess(request);
    if (key === null) return ALLOWED;
    const counted = await answer(this.guesses.consume(key));
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

async function answer(counting: Promise<RateLimiterRes>): Promise<RateLimitAnswer> {
  try {
    await counting;
    return ALLOWED;
  } catch (error) {
    if (error instanceof RateLimiterRes)
      return { allowed: false, retryAfter: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) };
    throw error;
  }
}

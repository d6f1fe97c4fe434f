import { MemoryLimit } from './memory-limit.js';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from './rate-limiter.js';

/** Registrations per address and minute. */
const REGISTRATIONS = 30;
/** Codes of devices a minute, per address, that there are not (RFC 8628 §5.1). */
const USER_CODES = 10;
/** Failures per client and address, and minute, to prove to be that client (RFC 6749 §2.3.1). */
const GUESSES = 60;

/** Where the host has no limiter of its own: what must be limited, in the memory of this process. */
export class DefaultRateLimiter extends RateLimiter {
  private readonly registrations = new MemoryLimit(REGISTRATIONS);
  private readonly userCodes = new MemoryLimit(USER_CODES);
  private readonly guesses = new MemoryLimit(GUESSES);

  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    if (request.endpoint === 'register') return this.registrations.count(request.address);
    if (request.endpoint === 'device') return this.userCodes.count(request.address);
    const key = guess(request);
    return key === null ? { allowed: true } : this.guesses.count(key);
  }
}

/** Null for what guesses nothing. */
function guess({ clientId, proven, address }: RateLimitedRequest): string | null {
  return proven || clientId === null ? null : JSON.stringify([clientId, address]);
}

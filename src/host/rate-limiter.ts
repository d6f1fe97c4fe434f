import { MemoryLimit } from './memory-limit.js';
import type { RateLimitAnswer } from './rate-limit-answer.js';

export type { RateLimitAnswer } from './rate-limit-answer.js';

/** Refreshes of one grant a minute: several processes may share it, and a loop must not. */
const REFRESHES = 30;

/** The endpoints whose requests are counted. */
export type RateLimitedEndpoint = 'authorize' | 'introspect' | 'register' | 'revoke' | 'token' | 'userinfo';

/** What a request counts as. */
export interface RateLimitedRequest {
  /** Where the request went. */
  endpoint: RateLimitedEndpoint;
  /** Null where none is needed or the request failed to prove one. A public client's is a claim: count it with the address. */
  clientId: string | null;
  /** At the token endpoint; null for one that there is not. */
  grantType: string | null;
  /** The client's IPv4 address, or its IPv6 network of 64 bits. */
  address: string;
}

/**
 * Says when somebody asks too often. Extend it and pass the class as `rateLimiter`; without one, an address may register
 * 30 clients a minute. What it refuses is answered with 429 and `Retry-After`.
 *
 * `consume` is called once for each request. At the token endpoint it is called for those alone that failed, so that a
 * client that does well is never refused; the same goes for requests that failed to prove a client, with the id null.
 * What it throws fails the request. Successful refreshes are counted by `consumeRefresh`.
 */
export abstract class RateLimiter {
  private readonly refreshes = new MemoryLimit(REFRESHES);

  /** Counts a request, and says whether it is one too many. */
  abstract consume(request: RateLimitedRequest): Promise<RateLimitAnswer>;

  /**
   * Whether requests like this one are refused at the moment, without counting: asked before a request is looked at
   * of which failures alone count. Answer from memory. Default: they are not.
   */
  peek(_request: RateLimitedRequest): RateLimitAnswer {
    return { allowed: true };
  }

  /**
   * Counts a refresh of one grant, whoever asks for it, and says whether it is one too many: then nothing is rotated, and
   * the refresh token stays good. Default: 30 a minute, counted in this process.
   */
  async consumeRefresh(grantId: string): Promise<RateLimitAnswer> {
    return this.refreshes.count(grantId);
  }
}

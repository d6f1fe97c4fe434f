import { MemoryLimit } from './memory-limit.js';
import type { RateLimitAnswer } from './rate-limit-answer.js';

export type { RateLimitAnswer } from './rate-limit-answer.js';

/** Refreshes of one grant a minute: several processes may share it, and a loop must not. */
const REFRESHES = 30;

/** Authorizations a minute that one person, or everybody at one address who is not signed in, begins. */
const AUTHORIZATIONS = 1_000;

/** The endpoints whose requests are counted. */
export type RateLimitedEndpoint =
  | 'authorize'
  | 'device'
  | 'device_authorization'
  | 'introspect'
  | 'par'
  | 'register'
  | 'revoke'
  | 'token'
  | 'userinfo';

/** What a request counts as. */
export interface RateLimitedRequest {
  /** Where the request went. */
  endpoint: RateLimitedEndpoint;
  /** The client that the request names; null where none is needed, or there is no such client. */
  clientId: string | null;
  /**
   * Whether it proved to be that client, or there was nothing to prove. What fails to counts for the client and the
   * address together: who knows a client's id must not be able to lock it out elsewhere.
   */
  proven: boolean;
  /** At the token endpoint; null for one that there is not. */
  grantType: string | null;
  /** An IPv4 address, or an IPv6 network of 64 bits; of 48 bits for a registration. */
  address: string;
}

/**
 * Says when somebody asks too often. Extend it and pass the class as `rateLimiter`; without one, an address may register
 * 30 clients a minute, and fail 60 times to prove that it is one client. What it refuses is answered with 429 and
 * `Retry-After`.
 *
 * `consume` is called once for each request at `register` and `introspect`, and everywhere else for those alone that
 * failed or did nothing: what is one too many of those is answered with 429 in place of its error. Whoever does well is
 * never refused: behind one address may be a whole office. What it throws fails the request. Successful refreshes are counted by `consumeRefresh`, and authorizations that are begun, each
 * of which is stored, by `consumeAuthorization`: far more than an office makes.
 */
export abstract class RateLimiter {
  private readonly refreshes = new MemoryLimit(REFRESHES);
  private readonly authorizations = new MemoryLimit(AUTHORIZATIONS);

  /** Counts a request, and says whether it is one too many. */
  abstract consume(request: RateLimitedRequest): Promise<RateLimitAnswer>;

  /**
   * Counts a refresh of one grant, whoever asks for it, and says whether it is one too many: then nothing is rotated, and
   * the refresh token stays good. Default: 30 a minute, counted in this process: it bounds the rows that a client in a
   * loop writes, which several processes bound well enough, each for itself.
   */
  async consumeRefresh(grantId: string): Promise<RateLimitAnswer> {
    return this.refreshes.count(grantId);
  }

  /**
   * Counts an authorization request that was right and leads to a page, or that comes ahead of the browser from a client which proves nothing, and
   * says whether it is one too many: then nothing of it is stored.
   * @param who the account of somebody who is signed in, who is not refused for what others do; else the address, or the
   * IPv6 network of 48 bits.
   * Default: 1,000 a minute, counted in this process.
   */
  async consumeAuthorization(who: { accountId: string } | { address: string }): Promise<RateLimitAnswer> {
    return this.authorizations.count(JSON.stringify(who));
  }
}

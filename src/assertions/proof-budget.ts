import { Injectable } from '@nestjs/common';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import { TooManyRequestsError } from '../oauth/errors.js';
import { network, SITE } from '../oauth/network.js';

/** Proofs of one address that failed, a minute. */
const FAILURES = { points: 300, duration: 60 };
/** Milliseconds for which who has proved something from an address pays for nobody else there. */
const GOOD_STANDING = 3_600_000;

/**
 * What the checking of proofs may cost: a signature, and the fetching of keys. It is paid before a proof is looked at
 * and given back when it is good, so that junk is refused and nobody who does well is.
 */
@Injectable()
export class ProofBudget {
  private readonly limiter = new RateLimiterMemory(FAILURES);
  private readonly proven = boundedCache<string, true>(10_000, { ttl: GOOD_STANDING });

  constructor(private readonly settings: McpAuthSettings) {}

  /**
   * @param name who is to be proved.
   * @throws TooManyRequestsError before anything is checked.
   */
  async spend<T>(
    name: string,
    address: string | undefined,
    check: () => Promise<T | null>,
  ): Promise<T | null> {
    if (!this.settings.rateLimit) return check();
    const from = network(address ?? '', SITE);
    const pair = JSON.stringify([name, from]);
    const account = this.proven.has(pair) ? pair : from;
    const used = await this.limiter.get(account);
    if (used && used.consumedPoints >= FAILURES.points)
      throw new TooManyRequestsError(Math.max(1, Math.ceil(used.msBeforeNext / 1000)));
    await this.limiter.penalty(account);
    const proof = await check();
    if (proof === null) return null;
    await this.limiter.reward(account);
    this.proven.set(pair, true);
    return proof;
  }
}

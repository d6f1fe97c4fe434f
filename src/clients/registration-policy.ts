import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { timingSafeEqual } from 'node:crypto';
import { OAuthError, TooManyRequestsError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';

export interface RegistrationRules {
  mode: 'open' | 'token' | 'off';
  initialAccessToken: string | null;
  rateLimit: boolean;
}

/** Registrations per address and minute. */
const LIMIT = { points: 30, duration: 60 };

/** Who may register a client. */
export class RegistrationPolicy {
  private readonly limiter = new RateLimiterMemory(LIMIT);

  constructor(private readonly rules: RegistrationRules) {}

  /**
   * @throws OAuthError 403 where registration is off, 401 without the initial access token (RFC 7591 §3).
   * @throws TooManyRequestsError for an address that registers more than 30 clients a minute.
   */
  async admit(address: string, token: string | null): Promise<void> {
    const { mode, initialAccessToken, rateLimit } = this.rules;
    if (mode === 'off') throw new OAuthError('access_denied', 'Registration is turned off.', 403);
    if (rateLimit) await this.count(address);
    if (mode === 'open') return;
    if (token === null || initialAccessToken === null || !isSame(token, initialAccessToken))
      throw new OAuthError('invalid_token', 'Registration needs a valid initial access token.', 401, {
        headers: { 'WWW-Authenticate': token === null ? 'Bearer' : 'Bearer error="invalid_token"' },
      });
  }

  private async count(address: string): Promise<void> {
    try {
      await this.limiter.consume(network(address));
    } catch (error) {
      if (error instanceof RateLimiterRes)
        throw new TooManyRequestsError(Math.ceil(error.msBeforeNext / 1000));
      throw error;
    }
  }
}

/** What one household or host has of IPv6 is a /64; an IPv4 address counts by itself, in whatever form it comes. */
export function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed.toByteArray().slice(0, 8).join('.');
}

function isSame(presented: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digest(presented)), Buffer.from(digest(expected)));
}

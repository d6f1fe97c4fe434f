import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { OAuthError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';

/** Who may register a client. */
@Injectable()
export class RegistrationPolicy {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly limits: HostRateLimiter,
  ) {}

  /**
   * @throws OAuthError 403 where registration is off, 401 without the initial access token (RFC 7591 §3).
   * @throws TooManyRequestsError for an address that registers too often.
   */
  async admit(address: string | undefined, token: string | null): Promise<void> {
    await this.admitUpdate(address);
    const { mode, initialAccessToken } = this.settings.registration;
    if (mode === 'open') return;
    if (token === null || initialAccessToken === null || !isSame(token, initialAccessToken))
      throw new OAuthError('invalid_token', 'Registration needs a valid initial access token.', 401, {
        headers: { 'WWW-Authenticate': token === null ? 'Bearer' : 'Bearer error="invalid_token"' },
      });
  }

  /**
   * The same of a client that has proven whose registration it replaces (RFC 7592 §2.2).
   * @throws OAuthError 403 where registration is off.
   * @throws TooManyRequestsError
   */
  async admitUpdate(address: string | undefined): Promise<void> {
    if (this.settings.registration.mode === 'off')
      throw new OAuthError('access_denied', 'Registration is turned off.', 403);
    await this.limits.count('register', { address });
  }
}

function isSame(presented: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digest(presented)), Buffer.from(digest(expected)));
}

import { HttpStatus } from '@nestjs/common';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { SignInRefused } from './sign-in-refused.js';

/** Milliseconds by which the clock of a provider may be off. */
const TOLERANCE = 30_000;

/** What a sign-in asked of the provider. Times in milliseconds. */
export interface AskedProof {
  /** Seconds since the person proved who they are, at most; undefined when any time will do. */
  maxAge?: number | undefined;
  begunAt: number;
}

/**
 * When the person proved who they are at the provider (OpenID Connect Core §2, `auth_time`); null where nobody knows.
 * @throws SignInRefused when that was asked for (`max_age`, §3.1.3.7) and is not so.
 */
export function authenticationTime(
  { name, authTime }: Pick<OidcProviderConfig, 'name' | 'authTime'>,
  said: unknown,
  { maxAge, begunAt }: AskedProof,
  now: number,
): Date | null {
  const time = typeof said === 'number' && said >= 0 && Number.isFinite(said) ? said * 1000 : null;
  if (time === null) {
    if (maxAge === undefined) return null;
    // Where it was asked for a proof of now, nobody says otherwise, and nobody says so (ADR 94).
    if (authTime === 'optional') return maxAge === 0 ? new Date(now) : null;
    throw new SignInRefused(
      `${name} does not say when you proved who you are (auth_time), although it was asked to: nobody knows whether that was just now. Ask whoever looks after this service.`,
      HttpStatus.FORBIDDEN,
    );
  }
  if (maxAge !== undefined && time < begunAt - maxAge * 1000 - TOLERANCE)
    throw new SignInRefused(
      `${name} let you through without asking who you are. Sign out there, and then sign in here again.`,
      HttpStatus.FORBIDDEN,
    );
  // Whoever was asked after this began has proved it after this began, whatever the clock of the provider says; and
  // whoever is taken to be within max_age is not asked again because of that clock.
  const isSince = maxAge !== undefined && time >= begunAt - TOLERANCE;
  const earliest = isSince ? begunAt : begunAt - (maxAge ?? Infinity) * 1000;
  return new Date(Math.min(Math.max(time, earliest), now));
}

import { describe, expect, it } from 'vitest';
import { authenticationTime } from './authentication-time.js';

const BEGUN = 1_000_000_000;
/** Four seconds later, the browser is back. */
const NOW = BEGUN + 4_000;
const sso = { name: 'Company', authTime: 'required' } as const;
const google = { name: 'Google', authTime: 'optional' } as const;

/** Seconds before (or, below zero, after) the sign-in began; as `auth_time` has them. */
const said = (secondsBefore: number) => BEGUN / 1000 - secondsBefore;
const proved = (provider: typeof sso | typeof google, claim: unknown, maxAge?: number) => {
  const time = authenticationTime(provider, claim, { maxAge, begunAt: BEGUN }, NOW);
  return time && (BEGUN - time.getTime()) / 1000;
};

describe('when a person proved who they are at a provider', () => {
  it.each([
    // Nothing was asked.
    [said(3_600), undefined, 3_600],
    [said(0), undefined, 0],
    [said(-2), undefined, -2],
    [said(-3_600), undefined, -4],
    // The time that was asked for, and the tolerance after it.
    [said(59), 60, 59],
    [said(60), 60, 60],
    [said(61), 60, 60],
    [said(90), 60, 60],
    [said(30), 60, 0],
    [said(31), 60, 31],
    [said(30), 0, 0],
    [said(10), 0, 0],
    [said(-3), 0, -3],
    [said(-60), 0, -4],
  ])('by auth_time %s, asked for max_age %s, is %s seconds before it began', (claim, maxAge, seconds) => {
    expect(proved(sso, claim, maxAge)).toBe(seconds);
    expect(proved(google, claim, maxAge)).toBe(seconds);
  });

  it.each([
    [said(91), 60],
    [said(3_600), 60],
    [said(31), 0],
    [0, 600],
  ])('is refused by auth_time %s, asked for max_age %s (OpenID Connect Core §3.1.3.7)', (claim, maxAge) => {
    for (const provider of [sso, google])
      expect(() => proved(provider, claim, maxAge)).toThrow('let you through without asking who you are');
  });

  it.each([undefined, null, '1000000', Number.NaN, Infinity, -1, {}])(
    'is unknown by %s; it is refused where it was asked for, unless the provider need not say it',
    (claim) => {
      expect(proved(sso, claim)).toBeNull();
      for (const maxAge of [0, 60])
        expect(() => proved(sso, claim, maxAge)).toThrow('does not say when you proved who you are');
      expect(proved(google, claim)).toBeNull();
      expect(proved(google, claim, 60)).toBeNull();
      expect(proved(google, claim, 0)).toBe(-4);
    },
  );
});

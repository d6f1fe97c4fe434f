import { describe, expect, it } from 'vitest';
import { Clock } from '../host/clock.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { TokenStatus } from './token-status.js';
import { TokenWatch } from './token-watch.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

class MovableClock extends Clock {
  time = 0;
  override now = () => this.time;
}

class Marked extends TokenStatus {
  readonly revoked = new Set<string>();
  isKnown = true;
  learn(): void {
    // All of it is here already.
  }
  isRevoked({ tokenId }: VerifiedAccessToken): boolean {
    if (!this.isKnown) throw new TemporarilyUnavailableError();
    return this.revoked.has(tokenId);
  }
}

const token = (tokenId: string, expiresAt = 60_000) => ({ tokenId, expiresAt }) as VerifiedAccessToken;

describe('a watch over tokens', () => {
  const begin = () => {
    const [clock, status] = [new MovableClock(), new Marked()];
    return { clock, status, watch: new TokenWatch(status, clock) };
  };

  it('says that a token was revoked, and of no other one', () => {
    const { status, watch } = begin();
    const [ended, other] = [watch.signal(token('a')), watch.signal(token('b'))];
    status.revoked.add('a');
    watch.look();
    expect([ended.aborted, other.aborted]).toEqual([true, false]);
    expect(String(ended.reason)).toContain('was revoked');
    expect(watch.size).toBe(1);
    watch.stop();
  });

  it('says that a token has expired, and forgets it', () => {
    const { clock, watch } = begin();
    const signal = watch.signal(token('a'));
    clock.time = 59_999;
    watch.look();
    expect(signal.aborted).toBe(false);
    clock.time = 60_000;
    watch.look();
    expect([signal.aborted, String(signal.reason), watch.size]).toEqual([
      true,
      expect.stringContaining('has expired'),
      0,
    ]);
  });

  it('has one signal for each token, whoever asks, and one for a token that is over already', () => {
    const { clock, watch } = begin();
    expect(watch.signal(token('a'))).toBe(watch.signal(token('a')));
    expect(watch.size).toBe(1);
    clock.time = 60_000;
    expect(watch.signal(token('b')).aborted).toBe(true);
    watch.look();
    expect(watch.size).toBe(0);
  });

  it('waits while nobody can say what is revoked, and no longer than until the token expires', () => {
    const { clock, status, watch } = begin();
    const signal = watch.signal(token('a'));
    status.isKnown = false;
    watch.look();
    expect(signal.aborted).toBe(false);
    clock.time = 60_000;
    watch.look();
    expect(signal.aborted).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { randomBytes } from './random-bytes.js';

describe('random bytes', () => {
  it('are as many as were asked for, and never the same twice', () => {
    const drawn = Array.from({ length: 1_000 }, (_, index) => randomBytes(12 + (index % 21)));
    expect(drawn.map(({ length }) => length)).toEqual(drawn.map((_, index) => 12 + (index % 21)));
    expect(new Set(drawn.map((bytes) => bytes.toString('hex').slice(0, 24))).size).toBe(1_000);
  });

  it('are nobody else’s when they are changed', () => {
    const [one, other] = [randomBytes(16), randomBytes(16)];
    const before = other.toString('hex');
    one.fill(0);
    expect(other.toString('hex')).toBe(before);
  });

  it('are drawn where a block ends, too', () => {
    expect(randomBytes(2_048).every((byte) => byte === 0)).toBe(false);
    expect(randomBytes(2_048).filter((byte) => byte === 0).length).toBeLessThan(64);
  });
});

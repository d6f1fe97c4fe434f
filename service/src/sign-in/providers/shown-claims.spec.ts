import { describe, expect, it } from 'vitest';
import { shownClaims } from './shown-claims.js';

describe('claims as a page shows them', () => {
  it('are text as it is, and everything else as JSON, by name', () => {
    const claims = {
      sub: 'grace',
      email_verified: true,
      aud: ['a', 'b'],
      address: { country: 'NL' },
      n: null,
    };
    expect(shownClaims(claims)).toEqual({
      shown: [
        { name: 'address', value: '{"country":"NL"}' },
        { name: 'aud', value: '["a","b"]' },
        { name: 'email_verified', value: 'true' },
        { name: 'n', value: 'null' },
        { name: 'sub', value: 'grace' },
      ],
      more: 0,
    });
  });

  it('have an end: in number, length and depth', () => {
    const deep: unknown = Array.from({ length: 200 }).reduce((inner) => ({ inner }), 'core');
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`z${index}`, index]));
    const { shown, more } = shownClaims({ ...many, a: 'x'.repeat(9_000), b: deep, c: Array(500).fill('y') });
    expect([shown.length, more]).toEqual([60, 23]);
    expect(shown[0]?.value.length).toBe(2_000);
    expect(shown[1]?.value).toBe('{"inner":{"inner":{"inner":"…"}}}');
    expect(shown[2]?.value).toMatch(/^\["y",("y",){19}"…"\]$/);
  });

  it('keep a member that would be the prototype of an object to its name', () => {
    const claims = JSON.parse('{"a":{"__proto__":{"x":1}}}') as Record<string, unknown>;
    expect(shownClaims(claims).shown).toEqual([{ name: 'a', value: '{"__proto__":{"x":1}}' }]);
  });
});

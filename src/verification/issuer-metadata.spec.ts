import { describe, expect, it } from 'vitest';
import { reason } from './issuer-metadata.js';

const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });

describe('reason', () => {
  it.each<[string, unknown, string]>([
    ['what fetch keeps to itself', refused, 'fetch failed (connect ECONNREFUSED 127.0.0.1:1)'],
    [
      'what is said already, once',
      new Error('x is out of reach: fetch failed', { cause: refused }),
      'x is out of reach: fetch failed',
    ],
    ['what has no cause', new Error('x answers 502.'), 'x answers 502.'],
    ['what is no error', 'a text', 'a text'],
  ])('says %s', (_what, error, sentence) => {
    expect(reason(error)).toBe(sentence);
  });
});

import { describe, expect, it } from 'vitest';
import { hasRepeatedNames } from './repeated-names.js';

describe('names in a JSON text (RFC 8259 §4)', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"b":{"a":1,"a":1}}',
    '[{"a":1,"a":1}]',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\"":1,"a\\"":1}',
    '{ "a" : {} , "a" : [] }',
  ])('are repeated in %s', (text) => {
    expect(hasRepeatedNames(text)).toBe(true);
  });

  it.each([
    '{}',
    'null',
    '"a:a"',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":["a","a"]}',
    '{"a":"\\"a\\":1,{\\"a\\":2}"}',
    '{"a":1,"A":1}',
  ])('are not repeated in %s', (text) => {
    expect(hasRepeatedNames(text)).toBe(false);
  });
});

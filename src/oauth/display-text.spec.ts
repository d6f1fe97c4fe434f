import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayText } from './display-text.js';

describe('displayText', () => {
  it.each([
    ['Claude Code', 'Claude Code'],
    ['Zażółć 日本語 עברית', 'Zażółć 日本語 עברית'],
    ['e\u0301te\u0301', 'e\u0301te\u0301'],
    ['<b>&"', '<b>&"'],
  ])('leaves %j as it is', (text, shown) => expect(displayText(text)).toBe(shown));

  it.each([
    ['line breaks and tabs', 'Claude\r\nCode\tis\u0085here\u2028now', 'Claude Code is here now'],
    ['bidirectional overrides', 'exe.\u202Egnp\u202C \u2066x\u2069', 'exe. gnp x'],
    ['zero-width characters', 'Clau\u200Bde\uFEFF\u2060', 'Clau de'],
    ['tag characters', 'Claude\u{E0041}\u{E007F}', 'Claude'],
    ['letters that show nothing', '\u3164\u115F\uFFA0\u034F\u2800', ''],
    ['NUL and escape', '\0\x1b[31mred', '[31mred'],
    ['lone surrogates', 'a\uD800b', 'a b'],
    ['piles of marks', `a${'\u0301'.repeat(50)}b`, 'a\u0301\u0301\u0301b'],
  ])('takes out %s', (_what, text, shown) => expect(displayText(text)).toBe(shown));

  it('cuts after 120 characters and never inside one', () => {
    expect(displayText('😀'.repeat(121))).toBe(`${'😀'.repeat(119)}…`);
    expect(displayText('😀'.repeat(120))).toBe('😀'.repeat(120));
  });

  it('gives one short, well-formed line for anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = displayText(text);
        expect(Array.from(shown).length).toBeLessThanOrEqual(120);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(displayText(shown)).toBe(shown);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { STYLES } from '../../src/interaction/pages/styles.js';
import { contrast, palettes } from '../../test/support/contrast.js';
import { brandColours, brandStyles, type Scheme } from '../src/web/brand-colours.js';
import { FRAME_STYLES } from '../src/web/styles.js';

/** Foreground, ground, and the least ratio: 4.5 for text (WCAG 2.2 §1.4.3), 3 for what marks a control (§1.4.11). */
const PAIRS: [string, string, number][] = [
  ['accent', 'card', 4.5],
  ['accent', 'ground', 4.5],
  ['accent', 'hover', 4.5],
  ['accent-strong', 'card', 4.5],
  ['accent-strong', 'tint', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['accent', 'tint', 3],
  ['ring', 'card', 3],
];
const STEPS = ['00', '33', '66', '99', 'cc', 'ff'];
const COLOURS = STEPS.flatMap((red) =>
  STEPS.flatMap((green) => STEPS.map((blue) => `#${red}${green}${blue}`)),
);

describe.each(palettes(STYLES))('a colour of a company on %s pages', (name, colours) => {
  it('can be read whatever it is (WCAG 2.2 AA)', () => {
    const own = Object.fromEntries(palettes(FRAME_STYLES))[name];
    const faults = COLOURS.flatMap((colour) => {
      const all: Record<string, string> = { ...colours, ...own, ...brandColours(colour, name as Scheme) };
      return PAIRS.flatMap(([front, ground, least]) => {
        const ratio = contrast(all[front] ?? '', all[ground] ?? '');
        return ratio >= least ? [] : [`${colour}: ${front} on ${ground} is ${ratio}`];
      });
    });
    expect(faults).toEqual([]);
  });
});

describe('the style sheet of a colour', () => {
  it('keeps a colour that can be read, and holds nothing but colours', () => {
    expect(brandColours('#1f54cf', 'light').accent).toBe('#1f54cf');
    expect(brandStyles('#ffee00')).toMatch(
      /^:root \{ (--[a-z-]+: #[0-9a-f]{6}; ){5}\}\n@media \(prefers-color-scheme: dark\) \{ :root \{ (--[a-z-]+: #[0-9a-f]{6}; ){5}\} \}$/,
    );
  });
});

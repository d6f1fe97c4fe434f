import { describe, expect, it } from 'vitest';
import { contrast, palettes } from '../../../test/support/contrast.js';
import { STYLES } from './styles.js';

/** Foreground, ground, and the least ratio: 4.5 for text (WCAG 2.2 §1.4.3), 3 for what marks a control (§1.4.11). */
const PAIRS: [string, string, number][] = [
  ['text', 'card', 4.5],
  ['text', 'hover', 4.5],
  ['text', 'field', 4.5],
  ['text', 'code', 4.5],
  ['soft', 'card', 4.5],
  ['soft', 'hover', 4.5],
  ['accent', 'card', 4.5],
  ['accent-strong', 'card', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['warn-text', 'warn', 4.5],
  ['bad-text', 'bad', 4.5],
  ['edge', 'card', 3],
  ['edge', 'field', 3],
  ['ring', 'card', 3],
  ['accent', 'tint', 3],
];

describe.each(palettes(STYLES))('the %s colours', (_name, colours) => {
  it.each(PAIRS)('%s on %s has a contrast of %d (WCAG 2.2 AA)', (front, ground, least) => {
    expect(contrast(colours[front] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(least);
  });
});

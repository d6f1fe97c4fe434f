import { describe, expect, it } from 'vitest';
import { STYLES } from '../../src/interaction/pages/styles.js';
import { contrast, palettes } from '../../test/support/contrast.js';
import { FRAME_STYLES } from '../src/web/styles.js';

/** Foreground, ground, and the least ratio: 4.5 for text (WCAG 2.2 §1.4.3), 3 for what marks a control (§1.4.11). */
const PAIRS: [string, string, number][] = [
  ['on-danger', 'danger', 4.5],
  ['on-danger', 'danger-strong', 4.5],
  ['danger', 'card', 4.5],
  ['danger-strong', 'bad', 4.5],
  ['good-text', 'good', 4.5],
  ['accent-strong', 'tint', 4.5],
  ['text', 'ground', 4.5],
  ['soft', 'ground', 4.5],
  ['accent', 'ground', 4.5],
  ['edge', 'ground', 3],
  ['ring', 'ground', 3],
];

describe.each(palettes(FRAME_STYLES))('the %s colours of the frame', (name, own) => {
  const colours = { ...Object.fromEntries(palettes(STYLES))[name], ...own };

  it.each(PAIRS)('%s on %s has a contrast of %d (WCAG 2.2 AA)', (front, ground, least) => {
    expect(contrast(colours[front] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(least);
  });
});

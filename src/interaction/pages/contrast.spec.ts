import { describe, expect, it } from 'vitest';
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

const colours = (block: string) =>
  Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));

function palettes(): [string, Record<string, string>][] {
  const [, light = '', dark = ''] = /:root \{(.*?)\}.*?:root \{(.*?)\}/s.exec(STYLES) ?? [];
  return [
    ['light', colours(light)],
    ['dark', colours(dark)],
  ];
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each(palettes())('the %s colours', (_name, colours) => {
  it.each(PAIRS)('%s on %s has a contrast of %d (WCAG 2.2 AA)', (front, ground, least) => {
    expect(contrast(colours[front] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(least);
  });
});

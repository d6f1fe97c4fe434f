/** The light and the dark colours of a style sheet, by their names. */
export function palettes(styles: string): [string, Record<string, string>][] {
  const [, light = '', dark = ''] = /:root ?\{(.*?)\}.*?:root ?\{(.*?)\}/s.exec(styles) ?? [];
  return [
    ['light', colours(light)],
    ['dark', colours(dark)],
  ];
}

const colours = (block: string) =>
  Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));

/** Of two colours (WCAG 2.2, contrast ratio). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Red, green and blue, from 0 to 255. */
type Colour = readonly [number, number, number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];
/** Of text (WCAG 2.2 §1.4.3), and a little for rounding. */
const READABLE = 4.55;
/** Of what marks a control (§1.4.11). */
const VISIBLE = 3.05;

/** The grounds of the style sheet that text in the colour stands on: the darkest of light pages, the lightest of dark ones. */
const GROUNDS = { light: '#f0f2f7', dark: '#1f232d' } as const;
const CARDS = { light: '#ffffff', dark: '#161920' } as const;

export type Scheme = keyof typeof GROUNDS;

/** The colours of pages that follow from a company's, by the names of the style sheet. */
export interface BrandColours {
  accent: string;
  'accent-strong': string;
  'on-accent': string;
  tint: string;
  ring: string;
}

/** The colour that pages take for a company's: the nearest one in which text can be read (WCAG 2.2 AA). @param colour `#rrggbb` */
export function brandColours(colour: string, scheme: Scheme): BrandColours {
  const end = scheme === 'light' ? BLACK : WHITE;
  const tint = mix(parse(CARDS[scheme]), parse(colour), scheme === 'light' ? 0.1 : 0.18);
  const accent = towards(parse(colour), end, (one) => contrast(one, parse(GROUNDS[scheme])) >= READABLE);
  const strong = towards(mix(accent, end, 0.2), end, (one) => contrast(one, tint) >= READABLE);
  const onAccent =
    scheme === 'light'
      ? WHITE
      : towards(mix(accent, BLACK, 0.8), BLACK, (one) => contrast(one, accent) >= READABLE);
  return {
    accent: write(accent),
    'accent-strong': write(strong),
    'on-accent': write(onAccent),
    tint: write(towards(tint, parse(CARDS[scheme]), (one) => contrast(one, accent) >= VISIBLE)),
    ring: write(accent),
  };
}

/** A style sheet of them, for light and dark. */
export function brandStyles(colour: string): string {
  const root = (scheme: Scheme) =>
    `:root { ${Object.entries(brandColours(colour, scheme))
      .map(([name, value]) => `--${name}: ${value};`)
      .join(' ')} }`;
  return `${root('light')}\n@media (prefers-color-scheme: dark) { ${root('dark')} }`;
}

/** The first colour on the way that will do; the end will. */
function towards(from: Colour, end: Colour, willDo: (colour: Colour) => boolean): Colour {
  for (let step = 0; step < 100; step++) {
    const colour = mix(from, end, step / 100);
    if (willDo(colour)) return colour;
  }
  return end;
}

function mix(one: Colour, other: Colour, share: number): Colour {
  const [red, green, blue] = one.map((value, index) =>
    Math.round(value + ((other[index] ?? 0) - value) * share),
  );
  return [red ?? 0, green ?? 0, blue ?? 0];
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(colour: string): Colour {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return [red, green, blue];
}

function write(colour: Colour): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

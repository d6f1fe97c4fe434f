import { createHash } from 'node:crypto';

/** A picture that stands on every page (ADR 92). */
export interface Logo {
  mediaType: (typeof FORMATS)[number]['mediaType'];
  /** The file as it came. */
  data: Buffer;
  /** SHA-256 of it in hex: its address. */
  hash: string;
}

/** Bytes: the browsers of everybody load it. */
export const LARGEST_LOGO = 102_400;
/** The same as people read it. */
export const LOGO_KB = LARGEST_LOGO / 1_024;
export const LOGO_TOO_LARGE = `The logo must be a file of at most ${LOGO_KB} kB: make the picture smaller, or save it with fewer colours.`;
/** Pixels: a small file may unfold to gigabytes. */
const LONGEST_SIDE = 2_000;

interface Size {
  width: number;
  height: number;
}

const FORMATS = [
  { mediaType: 'image/png', sizeOf: pngSize },
  { mediaType: 'image/jpeg', sizeOf: jpegSize },
  { mediaType: 'image/webp', sizeOf: webpSize },
] as const;

/** The logo of a file; a sentence where it is none. What it says it is counts for nothing. */
export function readLogo(data: Buffer): Logo | string {
  if (data.length > LARGEST_LOGO) return LOGO_TOO_LARGE;
  for (const { mediaType, sizeOf } of FORMATS) {
    const size = sizeOf(data);
    if (!size) continue;
    const [shorter, longer] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
    if (shorter === 0 || longer > LONGEST_SIDE)
      return `The logo must be at most ${LONGEST_SIDE.toLocaleString('en')} pixels wide and high.`;
    return { mediaType, data, hash: createHash('sha256').update(data).digest('hex') };
  }
  return 'The logo must be a PNG, JPEG or WebP picture.';
}

/** PNG §5.2, §11.2.1: the signature, and the header as the first chunk. */
function pngSize(data: Buffer): Size | null {
  const isPng = data.length >= 33 && data.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  if (!isPng || data.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** ITU-T T.81 §B.2.2: the first frame header says it; what stands before has a length each. */
function jpegSize(data: Buffer): Size | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xff_d8) return null;
  for (let at = 2; at + 9 <= data.length;) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return null;
}

/** RFC 9649 §2.5 to §2.7. */
function webpSize(data: Buffer): Size | null {
  if (
    data.length < 30 ||
    data.toString('latin1', 0, 4) !== 'RIFF' ||
    data.toString('latin1', 8, 12) !== 'WEBP'
  )
    return null;
  const chunk = data.toString('latin1', 12, 16);
  if (chunk === 'VP8X') return { width: 1 + data.readUIntLE(24, 3), height: 1 + data.readUIntLE(27, 3) };
  if (chunk === 'VP8 ')
    return { width: data.readUInt16LE(26) & 0x3f_ff, height: data.readUInt16LE(28) & 0x3f_ff };
  if (chunk !== 'VP8L') return null;
  const bits = data.readUInt32LE(21);
  return { width: 1 + (bits & 0x3f_ff), height: 1 + ((bits >>> 14) & 0x3f_ff) };
}

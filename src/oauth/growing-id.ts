import { randomBytes } from './random-bytes.js';

/** Bytes of the time in a UUIDv7. */
const TIME = 6;

/** The id of a row: a UUIDv7 (RFC 9562 §5.7), so that rows that are made together stand together. */
export function newRowId(now: Date): string {
  const bytes = timed(now, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The `jti` of an access token: 80 random bits behind its time, so that whoever names it holds the token. */
export function newTokenId(now: Date): string {
  return timed(now, 16).toString('base64url');
}

function timed(now: Date, length: number): Buffer {
  const bytes = randomBytes(length);
  bytes.writeUIntBE(now.getTime(), 0, TIME);
  return bytes;
}

import { randomBytes } from 'node:crypto';

/** Bytes of the time in a UUIDv7. */
const TIME = 6;

/** The id of a row: a UUIDv7 (RFC 9562 §5.7), so that rows that are made together stand together. */
export function newRowId(now: Date): string {
  const bytes = timed(now, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
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

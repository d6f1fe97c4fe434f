import { deflateSync, inflateSync } from 'node:zlib';

/** Tokens per list (Token Status List §4): 8 kB before compression. */
export const STATUS_LIST_SIZE = 65_536;

/** Type of a status list token (Token Status List §5.1), and of the answer that carries it. */
export const STATUS_LIST_TYPE = 'statuslist+jwt';

/** Bytes that a list of another issuer may have when it is unpacked: one byte for each of 16 million tokens. */
const LONGEST_LIST = 16_777_216;

/** Where a token's status stands (Token Status List §6.2). */
export interface StatusReference {
  /** Place in the list. */
  idx: number;
  /** URL of the list. */
  uri: string;
}

/** The `status_list` of a status list token (Token Status List §4.2). */
export interface StatusListClaim {
  /** Bits of each status: 1, 2, 4 or 8. */
  bits: number;
  /** The statuses, compressed, as base64url. */
  lst: string;
}

/** A list in which the tokens at these places are INVALID, and all others VALID (Token Status List §7.1). */
export function packStatusList(invalid: readonly number[]): StatusListClaim {
  const bytes = new Uint8Array(STATUS_LIST_SIZE / 8);
  for (const place of invalid) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  return { bits: 1, lst: deflateSync(bytes, { level: 9 }).toString('base64url') };
}

/** The statuses of a list that an issuer published. */
export class StatusList {
  private constructor(
    private readonly bits: number,
    private readonly bytes: Uint8Array,
  ) {}

  /** @throws Error for what is no status list (Token Status List §4.2), and for one that unpacks beyond all bounds. */
  static unpack(claim: unknown): StatusList {
    const { bits, lst } = Object(claim) as Partial<Record<keyof StatusListClaim, unknown>>;
    if (typeof bits !== 'number' || ![1, 2, 4, 8].includes(bits) || typeof lst !== 'string')
      throw new Error('The claim `status_list` is missing or malformed.');
    return new StatusList(
      bits,
      inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: LONGEST_LIST }),
    );
  }

  /** Whether the status at this place is VALID; one outside of the list is not (Token Status List §8.3). */
  isValid(place: number): boolean {
    const perByte = 8 / this.bits;
    const byte = this.bytes[Math.floor(place / perByte)];
    if (byte === undefined) return false;
    return ((byte >> ((place % perByte) * this.bits)) & ((1 << this.bits) - 1)) === 0;
  }
}

/** The list below the issuer, and the place in it, of a token's index. */
export function statusReference(issuer: string, index: number): StatusReference {
  return {
    idx: index % STATUS_LIST_SIZE,
    uri: statusListUri(issuer, Math.floor(index / STATUS_LIST_SIZE)),
  };
}

/** Where the list of this number is published. */
export function statusListUri(issuer: string, number: number): string {
  return `${issuer}/status-lists/${number}`;
}

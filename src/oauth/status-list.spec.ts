import { StatusList as PeerStatusList } from '@sd-jwt/jwt-status-list';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packStatusList, STATUS_LIST_SIZE, StatusList } from './status-list.js';

describe('a status list', () => {
  it('is read by another implementation as it was written (Token Status List §4.1)', () => {
    const invalid = [0, 1, 7, 8, 9, 4_711, STATUS_LIST_SIZE - 1];
    const { bits, lst } = packStatusList(invalid);
    const read = PeerStatusList.decompressStatusList(lst, bits as 1);
    const found = Array.from({ length: STATUS_LIST_SIZE }, (_, place) => place).filter(
      (place) => read.getStatus(place) === 1,
    );
    expect(found).toEqual(invalid);
  });

  it.each([1, 2, 4, 8] as const)(
    'reads what another implementation wrote with %i bits (Token Status List §4.1)',
    (bits) => {
      const statuses = Array.from({ length: 64 }, (_, place) => (place % 3 === 0 ? place % 2 ** bits : 0));
      const list = StatusList.unpack({ bits, lst: new PeerStatusList(statuses, bits).compressStatusList() });
      expect(statuses.map((_, place) => list.isValid(place))).toEqual(statuses.map((status) => status === 0));
    },
  );

  it.each([-1, 64, 1e12, 0.5 + 64, NaN])('has no valid status at %d (Token Status List §8.3)', (place) => {
    const list = StatusList.unpack({ bits: 1, lst: deflateSync(new Uint8Array(8)).toString('base64url') });
    expect(list.isValid(place)).toBe(false);
  });

  it.each([
    undefined,
    null,
    'list',
    {},
    { bits: 3, lst: 'eNrbuRgAAhcBXQ' },
    { bits: '1', lst: 'eNrbuRgAAhcBXQ' },
    { bits: 1, lst: 7 },
    { bits: 1, lst: 'no deflate stream' },
    { bits: 1, lst: deflateSync(new Uint8Array(20_000_000)).toString('base64url') },
  ])('is not %o (Token Status List §4.2)', (claim) => {
    expect(() => StatusList.unpack(claim)).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { newRowId, newTokenId } from './growing-id.js';

const at = (time: string) => new Date(time);

describe('ids that grow', () => {
  it('makes UUIDs of version 7 that sort by their time (RFC 9562 §5.7)', () => {
    const ids = ['2026-01-01', '2026-01-02', '2031-07-01', '2100-01-01'].map((day) => newRowId(at(day)));
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('makes token ids of one time that nobody can guess from each other', () => {
    const ids = Array.from({ length: 100 }, () => newTokenId(at('2026-01-01')));
    expect(new Set(ids.map((id) => id.slice(8))).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});

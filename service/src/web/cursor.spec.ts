import { describe, expect, it } from 'vitest';
import { cursorText, listPage, PAGE_SIZE, pageOf, readCursor } from './cursor.js';
import { Refusal } from './refusal.js';

const checks = [(value: string) => value.length < 10, (value: string) => /^\d+$/.test(value)];
const read = (query: Record<string, unknown>) => readCursor(query, checks, '/list');
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('is read as it was written, in both directions', () => {
    expect(read({ after: cursorText(['ä', '1']) })).toEqual({ direction: 'after', key: ['ä', '1'] });
    expect(read({ before: cursorText(['', '1']) })).toEqual({ direction: 'before', key: ['', '1'] });
    expect(read({})).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['text', 'x@example.com'],
    ['no list', encoded({ 0: 'a', 1: '1' })],
    ['too few', encoded(['a'])],
    ['too many', encoded(['a', '1', '1'])],
    ['another type', encoded(['a', 1])],
    ['a value that its column cannot have', encoded(['a', 'b'])],
    ['a NUL', encoded(['\0', '1'])],
    ['half a character', encoded(['\ud800', '1'])],
    ['a long one', encoded(['x'.repeat(10_000), '1'])],
    ['several', ['a', 'b']],
  ])('is refused with a way on when it was forged: %s', (_name, after) => {
    expect(() => read({ after })).toThrow(Refusal);
    expect(() => read({ after })).toThrow('The address of this page of the list is broken.');
  });
});

describe('a page of a list', () => {
  const all = Array.from({ length: PAGE_SIZE * 2 + 10 }, (_, index) => index);
  const keyOf = (row: number) => [String(row)];
  const key = (row: number) => cursorText(keyOf(row));

  it('leads on and back, over every row once', () => {
    const first = listPage(all.slice(0, PAGE_SIZE + 1), undefined, keyOf);
    expect([first.rows.length, first.previous, first.next]).toEqual([PAGE_SIZE, null, key(PAGE_SIZE - 1)]);
    const after = { direction: 'after', key: keyOf(PAGE_SIZE * 2 - 1) } as const;
    const last = listPage(all.slice(PAGE_SIZE * 2), after, keyOf);
    expect([last.rows.length, last.previous, last.next]).toEqual([10, key(PAGE_SIZE * 2), null]);
    const before = { direction: 'before', key: keyOf(PAGE_SIZE * 2) } as const;
    const middle = listPage(all.slice(PAGE_SIZE - 1, PAGE_SIZE * 2).toReversed(), before, keyOf);
    expect(middle.rows).toEqual(all.slice(PAGE_SIZE, PAGE_SIZE * 2));
    expect([middle.previous, middle.next]).toEqual([key(PAGE_SIZE), key(PAGE_SIZE * 2 - 1)]);
    expect(listPage([], before, keyOf)).toEqual({ rows: [], previous: null, next: null });
  });

  it('leads the same way over a list that is read as a whole', () => {
    const page = (direction: 'after' | 'before', row: number) =>
      pageOf(all, { direction, key: keyOf(row) }, String);
    const first = pageOf(all, undefined, String);
    expect(first).toEqual({ rows: all.slice(0, PAGE_SIZE), previous: null, next: key(PAGE_SIZE - 1) });
    const middle = page('after', PAGE_SIZE - 1);
    expect(middle.rows).toEqual(all.slice(PAGE_SIZE, PAGE_SIZE * 2));
    expect([middle.previous, middle.next]).toEqual([key(PAGE_SIZE), key(PAGE_SIZE * 2 - 1)]);
    expect(page('before', PAGE_SIZE * 2)).toEqual(middle);
    expect(page('before', PAGE_SIZE)).toEqual(first);
    expect(page('after', PAGE_SIZE * 2 - 1).next).toBeNull();
    expect(page('before', 0).rows).toEqual([]);
  });

  it('begins anew behind a row that is gone', () => {
    const gone = { direction: 'after', key: ['gone'] } as const;
    expect(pageOf(all, gone, String)).toEqual(pageOf(all, undefined, String));
  });
});

import { HttpStatus } from '@nestjs/common';
import { isISO8601, isUUID } from 'class-validator';
import { formText } from './form-text.js';
import { requireKnown } from './known-filters.js';
import { Refusal } from './refusal.js';

/** Where a page of a list begins: after or before the row with these values of what it is sorted by, the last one unique. */
export interface Cursor {
  direction: 'after' | 'before';
  key: readonly string[];
}

/** Whether a value can be one of that column. */
export type CursorCheck = (value: string) => boolean;

/** Rows of which a page is made: one more than it has says that there are others. With long names it stays below 60 kB. */
export const PAGE_SIZE = 40;

const LONGEST = 4_000;

/**
 * Of the query of a list.
 * @param filters names of those that the list has, and `sort` where it is sorted.
 * @throws Refusal for a cursor that was not made here, and for a filter that the list has not.
 */
export function readCursor(
  query: Readonly<Record<string, unknown>>,
  checks: readonly CursorCheck[],
  list: string,
  filters: readonly string[] = [],
): Cursor | undefined {
  requireKnown(query, ['after', 'before', ...filters], list);
  const direction = (['after', 'before'] as const).find((name) => query[name] !== undefined);
  if (direction === undefined) return undefined;
  const key = cursorKey(formText(query[direction]) ?? '', checks);
  if (key) return { direction, key };
  const link = { path: list, text: 'Go to the first page' };
  throw new Refusal(HttpStatus.BAD_REQUEST, 'The address of this page of the list is broken.', link);
}

/** What `cursorText` has made of values that pass these checks; undefined for anything else. */
export function cursorKey(text: string, checks: readonly CursorCheck[]): readonly string[] | undefined {
  const key = values(text);
  return key?.length === checks.length && key.every((value, index) => checks[index]?.(value))
    ? key
    : undefined;
}

/** A time as PostgreSQL writes it: JavaScript reads much that PostgreSQL refuses. */
const TIME_KEY = /^([1-9]\d{3}-\d\d-\d\d) (\d\d:\d\d:\d\d(\.\d{1,6})?)[+-](0\d|1[0-4])(:[0-5]\d)?$/;

/** What a cursor of `pageOf` holds. */
export const BY_ID: readonly CursorCheck[] = [(value) => isUUID(value)];

export const isTimeKey: CursorCheck = (value) => {
  const [, day, time] = TIME_KEY.exec(value) ?? [];
  return day !== undefined && isISO8601(`${day}T${time}`, { strict: true });
};

function values(text: string): readonly string[] | undefined {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(key) && key.every((value) => typeof value === 'string' && usable(value))
      ? (key as string[])
      : undefined;
  } catch {
    return undefined;
  }
}

/** What PostgreSQL takes as text. */
function usable(value: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(value);
}

/** The same as it stands in an address. */
export function cursorText(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** One page of a list, with what leads to the pages beside it. */
export interface ListPage<Row> {
  rows: readonly Row[];
  /** For `before` of the page before; null on the first. */
  previous: string | null;
  /** For `after` of the page after; null on the last. */
  next: string | null;
}

/** A page of a list that is read as a whole. Behind a row that is gone it begins anew. @param cursor with the id of a row. */
export function pageOf<Row>(
  all: readonly Row[],
  cursor: Cursor | undefined,
  idOf: (row: Row) => string,
): ListPage<Row> {
  const place = all.findIndex((row) => idOf(row) === cursor?.key[0]);
  const begins = place < 0 ? undefined : cursor;
  const found = begins?.direction === 'before' ? all.slice(0, place).toReversed() : all.slice(place + 1);
  return listPage(found.slice(0, PAGE_SIZE + 1), begins, (row) => [idOf(row)]);
}

/** @param found `PAGE_SIZE + 1` rows at most from where the page begins, nearest first. */
export function listPage<Row>(
  found: readonly Row[],
  cursor: Cursor | undefined,
  keyOf: (row: Row) => readonly string[],
): ListPage<Row> {
  const isBackwards = cursor?.direction === 'before';
  const hasMore = found.length > PAGE_SIZE;
  const shown = found.slice(0, PAGE_SIZE);
  const rows = isBackwards ? shown.toReversed() : shown;
  const [first, last] = [rows[0], rows.at(-1)];
  const hasPrevious = isBackwards ? hasMore : cursor !== undefined;
  const hasNext = isBackwards || hasMore;
  return {
    rows,
    previous: hasPrevious && first !== undefined ? cursorText(keyOf(first)) : null,
    next: hasNext && last !== undefined ? cursorText(keyOf(last)) : null,
  };
}

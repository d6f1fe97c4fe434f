import { HttpStatus } from '@nestjs/common';
import { type Cursor, type CursorCheck, cursorKey as keyOf, cursorText } from '../web/cursor.js';
import { Problem } from '../web/problem.js';

/** Where a page of a list begins, as clients are given it. */
export function cursorOf(key: string | null): string | null {
  return key === null ? null : cursorText([key]);
}

/** The key in a cursor. @throws Problem 400 for one that was not made here. */
export function cursorKey(cursor: string | undefined, isKey: CursorCheck): string | undefined {
  return cursorPlace(cursor, [isKey])?.key[0];
}

/** The place in a cursor of a list that pages show as well. @throws Problem 400 for one that was not made here. */
export function cursorPlace(cursor: string | undefined, checks: readonly CursorCheck[]): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const key = keyOf(cursor, checks);
  if (key) return { direction: 'after', key };
  throw new Problem(HttpStatus.BAD_REQUEST, 'The cursor is none that this list has given.', {
    errors: [{ parameter: 'cursor', detail: 'is none that this list has given' }],
  });
}

import { HttpStatus } from '@nestjs/common';
import { type Cursor, type CursorCheck, cursorKey } from '../web/cursor.js';
import { Problem } from '../web/problem.js';

/** The place in a cursor of a list that pages show as well. @throws Problem 400 for one that was not made here. */
export function cursorPlace(cursor: string | undefined, checks: readonly CursorCheck[]): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const key = cursorKey(cursor, checks);
  if (key) return { direction: 'after', key };
  throw new Problem(HttpStatus.BAD_REQUEST, 'The cursor is none that this list has given.', {
    errors: [{ parameter: 'cursor', detail: 'is none that this list has given' }],
  });
}

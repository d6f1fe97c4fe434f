import { HttpStatus } from '@nestjs/common';
import { Problem } from '../web/problem.js';

const LONGEST = 4_000;

/** Where a page of a list begins, as clients are given it. */
export function cursorOf(key: string | null): string | null {
  return key === null ? null : Buffer.from(JSON.stringify([key])).toString('base64url');
}

/** The key in a cursor. @throws Problem 400 for one that was not made here. */
export function cursorKey(cursor: string | undefined, isKey: (key: string) => boolean): string | undefined {
  if (cursor === undefined) return undefined;
  const key = read(cursor);
  if (key !== undefined && isKey(key)) return key;
  throw new Problem(HttpStatus.BAD_REQUEST, 'The cursor is none that this list has given.', {
    errors: [{ parameter: 'cursor', detail: 'is none that this list has given' }],
  });
}

function read(cursor: string): string | undefined {
  if (cursor.length > LONGEST || !/^[\w-]+$/.test(cursor)) return undefined;
  try {
    const [key, ...more]: unknown[] = [JSON.parse(Buffer.from(cursor, 'base64url').toString())].flat();
    const isText = typeof key === 'string' && more.length === 0 && !/[\0\p{Surrogate}]/u.test(key);
    return isText ? key : undefined;
  } catch {
    return undefined;
  }
}

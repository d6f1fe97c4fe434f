import { HttpStatus, Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Refusal } from './refusal.js';

/** The id of a row as it is stored; undefined for what is none. Capitals mean the same (RFC 9562 §4). */
export function rowId(value: unknown): string | undefined {
  return isUUID(value) ? String(value).toLowerCase() : undefined;
}

/** Gives a handler the id in its path as it is stored. @throws Refusal for what is none. */
@Injectable()
export class RowIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = rowId(value);
    if (id === undefined)
      throw new Refusal(HttpStatus.NOT_FOUND, 'No page has this address. Perhaps it was mistyped.');
    return id;
  }
}

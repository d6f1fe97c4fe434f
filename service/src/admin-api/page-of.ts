import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** A page of a list, for a body of its own name to extend. */
export function PageOf<Item extends object>(item: Type<Item>) {
  class Page {
    @ApiProperty({ type: [item] })
    items: Item[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: '`cursor` of the next page; null on the last.',
    })
    next: string | null;
  }
  return Page;
}

/** The same of a list that is counted. @param limit more are not counted; without one, all are. */
export function CountedPageOf<Item extends object>(item: Type<Item>, limit?: number) {
  const more = limit === undefined ? '' : `; ${limit + 1} stands for more than ${limit.toLocaleString('en')}`;
  class CountedPage extends PageOf(item) {
    @ApiProperty({ type: 'integer', description: `How many there are on all pages${more}.` })
    count: number;
  }
  return CountedPage;
}

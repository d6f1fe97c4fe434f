import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CrossOrigin } from '../mount/cross-origin.js';
import { STATUS_LIST_TYPE } from '../oauth/status-list.js';
import { STATUS_LIST_TTL, StatusLists } from '../tokens/status-lists.js';

const NUMBER = /^(0|[1-9]\d{0,9})$/;

/** Status lists of access tokens (Token Status List §8), signed and cacheable. */
@Controller('status-lists')
@CrossOrigin()
export class StatusListController {
  constructor(private readonly lists: StatusLists) {}

  @Get(':number')
  async show(@Param('number') number: string, @Res() response: Response): Promise<void> {
    const token = NUMBER.test(number) ? await this.lists.token(Number(number)) : null;
    if (token === null) throw new NotFoundException();
    response
      .set({
        'Content-Type': `application/${STATUS_LIST_TYPE}`,
        'Cache-Control': `public, max-age=${STATUS_LIST_TTL}`,
      })
      .send(token);
  }
}

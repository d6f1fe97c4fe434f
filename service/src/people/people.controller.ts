import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InNavigation } from '../web/navigation.js';
import { Roles } from '../web/roles.js';
import { PeoplePages } from './people-pages.js';

/** Everybody who has an account. */
@Controller('admin/people')
@InNavigation({ text: 'People', place: 10 })
@Roles('auditor', 'administrator')
export class PeopleController {
  constructor(private readonly pages: PeoplePages) {}

  @Get()
  list(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.list(request, response);
  }
}

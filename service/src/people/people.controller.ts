import { Controller, Get, HttpStatus, Query, Req, Res } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { SignInConfig } from '../config/sign-in-config.js';
import { readCursor } from '../web/cursor.js';
import { formProblem } from '../web/form-problem.js';
import { filled } from '../web/filled.js';
import { Frames } from '../web/frame.js';
import { ListAddress } from '../web/list-address.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Roles } from '../web/roles.js';
import { readSorting, sortingText } from '../web/sorting.js';
import { Invitations } from './invitations.js';
import { peoplePage } from './pages/people.page.js';
import { PEOPLE_CURSORS, PEOPLE_ORDERS } from './people-filter.js';
import { addressOf, filterOf, PeopleSearchDto } from './people-search.dto.js';
import { People } from './people.js';
import { TO_PEOPLE } from './to-people.js';

/** Everybody who has an account. */
@Controller('admin/people')
@InNavigation({ text: 'People', place: 10 })
@Roles('auditor', 'administrator')
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly invitations: Invitations,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
  ) {}

  @Get()
  async list(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const search = plainToInstance(PeopleSearchDto, filled(query), { excludeExtraneousValues: true });
    const problem = await formProblem(search);
    const sorting = readSorting(query['sort'], PEOPLE_ORDERS);
    const cursor = readCursor(query, PEOPLE_CURSORS[sorting.by], TO_PEOPLE.path, [
      'sort',
      ...Object.keys(search),
    ]);
    const sort = query['sort'] === undefined ? undefined : sortingText(sorting);
    const [list, invited] = await Promise.all([
      problem === null ? this.people.list({ filter: filterOf(search), sorting, cursor }) : null,
      this.invitations.count(),
    ]);
    const page = peoplePage({
      frame: this.frames.of(request, response),
      search,
      sorting,
      address: new ListAddress(TO_PEOPLE.path, problem === null ? { ...addressOf(search), sort } : {}),
      list,
      providers: this.config.providers,
      invited,
      problem,
    });
    response.status(problem === null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    response.set(PAGE_HEADERS).send(page);
  }
}

import { Controller, Get, HttpStatus, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { END_TIME, readEndTime } from '../config/end-time.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { InNavigation } from '../web/navigation.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { ApplicationPages } from './application-pages.js';
import { Approvals, ClientChanged } from './approvals.js';
import { ALL, DecideDto, TakeBackDto, THIS } from './client-decision.dto.js';
import type { DecisionKey } from './decision-store.js';
import { kindWords } from './pages/kind-words.js';
import { TO_APPLICATIONS } from './to-applications.js';

/** Applications that wait for approval, and what was decided about others. */
@Controller('admin/access/applications')
@InNavigation({ text: 'Approvals', place: 21 })
@Roles('auditor', 'administrator')
export class ApplicationsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly pages: ApplicationPages,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  list(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.list(query, request, response);
  }

  /** What waits, with all that is known of it. */
  @Get('requests/:id')
  show(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.request(id, request, response);
  }

  @Post('requests/:id')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async decide(
    @Param('id') id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = await readForm(DecideDto, request.body as object);
    const until = form.until?.trim() ? readEndTime(form.until.trim()) : null;
    if (form.until?.trim() && !until)
      throw new Refusal(HttpStatus.BAD_REQUEST, `The end ${END_TIME}.`, TO_APPLICATIONS);
    const { clientId, shown, outcome } = form;
    const kind = form.kind === THIS ? null : form.kind;
    const userId = form.person === ALL ? null : form.person;
    try {
      await this.approvals.decide({ clientId, shown, outcome, kind, userId, until }, author);
    } catch (error) {
      if (!(error instanceof ClientChanged)) throw error;
      return this.pages.request(id, request, response, error.message);
    }
    const what = kind === null ? 'The application' : `Every application of “${kindWords(kind)}”`;
    const whom = userId === null ? '' : ' for one person';
    this.statusLine.goOn(response, '/admin/access/applications', `${what} is ${outcome}${whom}.`);
  }

  @Get('take-back')
  @Roles('administrator')
  @FreshSignIn()
  async ask(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const key = keyOf(await readForm(TakeBackDto, query));
    await this.pages.takeBack(key, request, response);
  }

  @Post('take-back')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  @FreshSignIn()
  async takeBack(
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const key = keyOf(await readForm(TakeBackDto, request.body as object));
    const taken = await this.approvals.takeBack(key, author);
    const words = taken ? `It is taken back that this was ${taken.outcome}.` : 'It was taken back before.';
    this.statusLine.goOn(response, '/admin/access/applications', words);
  }
}

function keyOf({ kind, isClient, person = '' }: TakeBackDto): DecisionKey {
  return { kind, isClient: isClient === 'yes', userId: person };
}

import { Controller, Get, HttpStatus, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { END_TIME, readEndTime } from '../config/end-time.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { FreshSignIn, refuses } from '../web/fresh-sign-in.js';
import { InNavigation } from '../web/navigation.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { ApplicationPages } from './application-pages.js';
import { Approvals, ClientChanged, type ExpectedClient, type ExpectedDecision } from './approvals.js';
import {
  ALL,
  DecideBeforehandDto,
  DecideDto,
  decidedAt,
  kindOf,
  TakeBackDto,
  THIS,
} from './client-decision.dto.js';
import type { DecisionKey } from './decision-store.js';
import { kindWords } from './pages/kind-words.js';
import { TO_APPLICATIONS } from './to-applications.js';

const FORBIDDEN: number = HttpStatus.FORBIDDEN;

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

  /** Page by page. */
  @Get('waiting')
  waiting(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.waiting(query, request, response);
  }

  /** What waits, with all that is known of it. */
  @Get('requests/:id')
  show(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.request(id, request, response);
  }

  @Post('requests/:id')
  @Roles('administrator')
  @FreshSignIn({ when: refuses })
  @UseGuards(CsrfGuard)
  async decide(
    @Param('id') id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = await readForm(DecideDto, request.body as object);
    const { clientId, outcome } = form;
    const kind = form.kind === THIS ? null : form.kind;
    const person = form.person === ALL ? null : form.person;
    const decision = { outcome, person, until: endOf(form.until) };
    try {
      await this.approvals.decide(clientId, asShown(form.shown), kind, decision, author);
    } catch (error) {
      if (!(error instanceof ClientChanged)) throw error;
      return this.pages.request(id, request, response, error.message);
    }
    const what = kind === null ? 'The application' : `Every application of “${kindWords(kind)}”`;
    const whom = person === null ? '' : ' for one person';
    this.statusLine.goOn(response, '/admin/access/applications', `${what} is ${outcome}${whom}.`);
  }

  @Post('beforehand')
  @Roles('administrator')
  @FreshSignIn({ when: refuses, isFormAlone: true })
  @UseGuards(CsrfGuard)
  async decideBeforehand(
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const body = request.body as object;
    try {
      const form = await readForm(DecideBeforehandDto, body);
      const { outcome, person = '' } = form;
      const decision = { outcome, person: person.trim() || null, until: endOf(form.until) };
      const { kind } = await this.approvals.decideBeforehand(kindOf(form), decision, author);
      const words = `Every application of “${kindWords(kind)}” is ${outcome}${decision.person === null ? '' : ' for one person'}.`;
      this.statusLine.goOn(response, '/admin/access/applications', words);
    } catch (error) {
      if (!(error instanceof Refusal) || error.getStatus() === FORBIDDEN) throw error;
      await this.pages.list({}, request, response, { form: body, problem: error });
    }
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
    const form = await readForm(TakeBackDto, request.body as object);
    const taken = await this.approvals.takeBack(keyOf(form), asDecided(form.decided), author);
    const words = taken ? `It is taken back that this was ${taken.outcome}.` : 'It was taken back before.';
    this.statusLine.goOn(response, '/admin/access/applications', words);
  }
}

function keyOf({ kind, isClient, person = '' }: TakeBackDto): DecisionKey {
  return { kind, isClient: isClient === 'yes', userId: person };
}

function endOf(text = ''): Date | null {
  const until = text.trim() === '' ? null : readEndTime(text.trim());
  if (until || text.trim() === '') return until;
  throw new Refusal(HttpStatus.BAD_REQUEST, `The end ${END_TIME}.`, TO_APPLICATIONS);
}

/** @throws ClientChanged for another client than the page has shown. */
function asShown(shown: string): ExpectedClient {
  return (seen) => {
    if (seen.shown !== shown) throw new ClientChanged();
  };
}

/** @throws Refusal for another decision than the page has shown. */
function asDecided(shown: string | undefined): ExpectedDecision {
  return (decision) => {
    if (decidedAt(decision) !== shown)
      throw new Refusal(
        HttpStatus.CONFLICT,
        'Somebody has decided anew since this page was shown. Look at it again.',
        TO_APPLICATIONS,
      );
  };
}

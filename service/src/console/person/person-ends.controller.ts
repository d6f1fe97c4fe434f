import { Controller, Get, HttpStatus, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountChanges } from '../../people/account-changes.js';
import { AccountMerge } from '../../people/account-merge.js';
import { unchangedSince } from '../../people/person-state.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { formText } from '../../web/form-text.js';
import { Frames } from '../../web/frame.js';
import { FreshSignIn } from '../../web/fresh-sign-in.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonHoldings } from './person-holdings.js';
import { PersonPages } from './person-pages.js';
import {
  deletePage,
  disableOneselfPage,
  disablePage,
  disconnectPage,
  mergeFormPage,
  mergePage,
  signOutPage,
} from './person-questions.js';
import { DisableDto, DisconnectAllDto, MergeDto, SeenPersonDto } from './person.dto.js';

/** What ends something of a person: each has a page before it that names what. */
@Controller('admin/people/:id')
@Roles('administrator')
@FreshSignIn()
export class PersonEndsController {
  constructor(
    private readonly pages: PersonPages,
    private readonly holdings: PersonHoldings,
    private readonly changes: AccountChanges,
    private readonly merging: AccountMerge,
    private readonly frames: Frames,
  ) {}

  @Get('disable')
  askDisable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.ask(disablePage, id, request, response);
  }

  /** Of one's own account it is asked twice. */
  @Post('disable')
  @UseGuards(CsrfGuard)
  disable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The account is disabled, and all that it had has ended.';
    return this.pages.change(id, request, response, done, async (by) => {
      const { confirm, seen } = await readForm(DisableDto, request.body as object);
      if (by.userId !== id || confirm === 'yes') await this.changes.disable(by, id, unchangedSince(seen));
      else await this.pages.ask(disableOneselfPage, id, request, response);
    });
  }

  @Get('sessions/end')
  askSignOut(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.ask(signOutPage, id, request, response);
  }

  @Post('sessions/end')
  @UseGuards(CsrfGuard)
  signOut(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'They are signed out everywhere.';
    return this.pages.change(id, request, response, done, (by) => this.changes.endSessions(by, id));
  }

  @Get('connections/end-all')
  askDisconnectAll(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.ask(disconnectPage, id, request, response);
  }

  @Post('connections/end-all')
  @UseGuards(CsrfGuard)
  disconnectAll(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'All applications are disconnected.';
    return this.pages.change(id, request, response, done, async (by) => {
      const { at, grants } = await readForm(DisconnectAllDto, request.body as object);
      await this.changes.disconnectAll(by, id, { at: new Date(at), grants });
    });
  }

  @Get('delete')
  askDelete(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.ask(deletePage, id, request, response);
  }

  @Post('delete')
  @UseGuards(CsrfGuard)
  delete(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The account is deleted, with everything of it.';
    return this.pages.change(
      id,
      request,
      response,
      done,
      async (by) => {
        const { seen } = await readForm(SeenPersonDto, request.body as object);
        await this.merging.delete(by, id, unchangedSince(seen));
      },
      TO_PEOPLE.path,
    );
  }

  /** First which account, then what ends by it. */
  @Get('merge')
  async askMerge(
    @Param('id', RowIdPipe) id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const email = formText(query['email']);
    const { person, named } = await this.pages.findBoth(id, email);
    const isTheSame = named === person;
    const other = isTheSame ? null : named;
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS);
    if (other) {
      const holdings = await this.holdings.of(other);
      response.send(mergePage({ frame, person, other, holdings }));
      return;
    }
    const wrong = isTheSame ? 'This is the same account.' : 'There is nobody with this email.';
    const problem = email === undefined ? undefined : wrong;
    if (problem !== undefined) response.status(HttpStatus.BAD_REQUEST);
    response.send(mergeFormPage({ frame, person, email, problem }));
  }

  @Post('merge')
  @UseGuards(CsrfGuard)
  merge(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The accounts are one: what opened the other opens this one.';
    return this.pages.change(id, request, response, done, async (by) => {
      const { email, other, seen, otherSeen } = await readForm(MergeDto, request.body as object);
      const expected = { kept: unchangedSince(seen), from: unchangedSince(otherSeen) };
      await this.merging.merge(by, id, { id: other, email }, expected);
    });
  }
}

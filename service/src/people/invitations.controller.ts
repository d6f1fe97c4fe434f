import { Controller, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PublicAddress } from '../config/public-address.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { readCursor } from '../web/cursor.js';
import { formProblem } from '../web/form-problem.js';
import { FreshSignIn, givesPower } from '../web/fresh-sign-in.js';
import { Frames } from '../web/frame.js';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { ChangeRefused } from './change-refused.js';
import { InvitationDto, RemoveInvitationDto } from './invitation.dto.js';
import { INVITATION_CURSOR, Invitations } from './invitations.js';
import { invitationsPage } from './pages/invitations.page.js';
import { invitePage, type InvitePageProps } from './pages/invite.page.js';
import { linkPage } from './pages/link.page.js';
import { TO_INVITATIONS, TO_PEOPLE } from './to-people.js';
import { Users } from './users.js';

/** Administrators invite people, and change their minds. */
@Controller('admin/people/invitations')
@Roles('administrator')
export class InvitationsController {
  constructor(
    private readonly invitations: Invitations,
    private readonly users: Users,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
    private readonly address: PublicAddress,
    private readonly config: SignInConfig,
  ) {}

  @Get()
  @Roles('auditor', 'administrator')
  async list(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const list = await this.invitations.list(readCursor(query, INVITATION_CURSOR, TO_INVITATIONS.path));
    const inviters = await this.users.all([...new Set(list.rows.map(({ invitedBy }) => invitedBy))]);
    const page = invitationsPage({
      frame: this.frames.of(request, response),
      list,
      inviters: new Map(inviters.map((user) => [user.id, user])),
    });
    response.set(PAGE_HEADERS).send(page);
  }

  @Get('new')
  new(@Req() request: Request, @Res() response: Response): void {
    this.form(request, response, {});
  }

  /** Answers with the link itself, this once. */
  @Post('new')
  @FreshSignIn({ when: givesPower })
  @UseGuards(CsrfGuard)
  async invite(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(InvitationDto, request.body as object);
    const problem = await formProblem(form);
    if (problem !== null) return this.form(request, response, { form, problem });
    try {
      const { email, role, once } = form;
      const token = await this.invitations.invite(author, { email, name: form.name ?? null, role, once });
      const page = linkPage({
        frame: this.frames.of(request, response),
        title: 'An invitation',
        email,
        link: this.address.at(`/invitation?token=${token}`),
        words: `It works for ${duration(this.config.invitationTtl)}, once. Whoever opens it gets the account.`,
        back: TO_PEOPLE,
      });
      response.set(COPY_PAGE_HEADERS).send(page);
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      this.form(request, response, { form, problem: error.message }, HttpStatus.CONFLICT);
    }
  }

  @Post('remove')
  @UseGuards(CsrfGuard)
  async remove(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { id } = await readForm(RemoveInvitationDto, request.body as object);
    await this.invitations.takeBack(author, id);
    this.statusLine.goOn(
      response,
      TO_INVITATIONS.path,
      'The invitation is taken back: its link works no more.',
    );
  }

  private form(
    request: Request,
    response: Response,
    more: Omit<InvitePageProps, 'frame'>,
    status = HttpStatus.BAD_REQUEST,
  ): void {
    response.status(more.problem === undefined ? HttpStatus.OK : status);
    response.set(PAGE_HEADERS).send(invitePage({ frame: this.frames.of(request, response), ...more }));
  }
}

/** @param seconds in the largest unit that it fills. */
function duration(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const;
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

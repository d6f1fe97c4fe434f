import { Controller, Get, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PublicAddress } from '../../config/public-address.js';
import { linkPage } from '../../people/pages/link.page.js';
import { PasswordLinks } from '../../people/password-links.js';
import { unchangedSince } from '../../people/person-state.js';
import { Users } from '../../people/users.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { Frames } from '../../web/frame.js';
import { FreshSignIn } from '../../web/fresh-sign-in.js';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../../web/page-headers.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonPages } from './person-pages.js';
import { passwordLinkQuestion } from './person-questions.js';
import { PasswordLinkDto } from './person.dto.js';

/** One person, and a link that gives them a new password. */
@Controller('admin/people/:id')
@Roles('auditor', 'administrator')
export class PersonController {
  constructor(
    private readonly pages: PersonPages,
    private readonly links: PasswordLinks,
    private readonly users: Users,
    private readonly frames: Frames,
    private readonly address: PublicAddress,
  ) {}

  @Get()
  show(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.show(request, response, id);
  }

  @Get('sessions')
  sessions(
    @Param('id', RowIdPipe) id: string,
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.sessions(id, query, request, response);
  }

  @Get('password-link')
  @Roles('administrator')
  @FreshSignIn()
  async askPasswordLink(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const person = await this.pages.find(id);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(passwordLinkQuestion({ frame, person }));
  }

  /** Answers with the link itself, this once. */
  @Post('password-link')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  passwordLink(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, '', async (by) => {
      const { once, seen } = await readForm(PasswordLinkDto, request.body as object);
      // Ahead of the change: what fails after it loses the link, and the one before works no more.
      const user = await this.users.find(id);
      const token = await this.links.issue(by, id, unchangedSince(seen), once);
      const page = linkPage({
        frame: this.frames.of(request, response),
        title: 'A link for a new password',
        email: user?.email ?? '',
        link: this.address.at(`/password?token=${token}`),
        words: 'It works for an hour, once. An older link of the same person works no more.',
        back: { path: `/admin/people/${id}`, text: 'Back to the person' },
      });
      response.set(COPY_PAGE_HEADERS).send(page);
    });
  }
}

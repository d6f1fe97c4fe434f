import { Controller, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { COPY_PAGE_HEADERS } from '../web/page-headers.js';
import { ChangeRefused } from './change-refused.js';
import { Invitations } from './invitations.js';
import { PublicAddress } from '../config/public-address.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { linkPage } from './pages/link.page.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { formProblem } from '../web/form-problem.js';
import { readForm } from '../web/read-form.js';
import { Roles } from '../web/roles.js';
import { Author } from '../web/author.js';
import { InvitationDto, RemoveInvitationDto } from './invitation.dto.js';
import { PeoplePages } from './people-pages.js';
import { TO_PEOPLE } from './to-people.js';
import { href } from '../web/href.js';

/** Administrators invite people, and change their minds. */
@Controller('admin/invitations')
@Roles('administrator')
export class InvitationsController {
  constructor(
    private readonly invitations: Invitations,
    private readonly pages: PeoplePages,
    private readonly address: PublicAddress,
    private readonly config: SignInConfig,
    private readonly frames: Frames,
  ) {}

  /** Answers with the link itself, this once. */
  @Post()
  @UseGuards(CsrfGuard)
  async invite(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(InvitationDto, request.body as object);
    const refuse = (status: HttpStatus, problem: string) => {
      response.status(status);
      return this.pages.list(request, response, { problem, form });
    };
    const problem = await formProblem(form);
    if (problem !== null) return refuse(HttpStatus.BAD_REQUEST, problem);
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
      await refuse(HttpStatus.CONFLICT, error.message);
    }
  }

  @Post('remove')
  @UseGuards(CsrfGuard)
  async remove(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { id } = await readForm(RemoveInvitationDto, request.body as object);
    await this.invitations.takeBack(author, id);
    response.redirect(303, href('/admin/people'));
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

import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../../web/page-headers.js';
import { AccountChanges } from '../../people/account-changes.js';
import { PasswordLinks } from '../../people/password-links.js';
import { Users } from '../../people/users.js';
import { PublicAddress } from '../../config/public-address.js';
import { linkPage } from '../../people/pages/link.page.js';
import { Csrf } from '../../web/csrf.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { Frames } from '../../web/frame.js';
import { formText } from '../../web/form-text.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonPages } from './person-pages.js';
import { disableOneselfPage } from './disable-oneself.page.js';
import { ConnectionDto, DisableDto, RoleDto } from './person.dto.js';

/** One person, and what administrators change about them. */
@Controller('admin/people/:id')
@Roles('auditor', 'administrator')
export class PersonController {
  constructor(
    private readonly pages: PersonPages,
    private readonly changes: AccountChanges,
    private readonly links: PasswordLinks,
    private readonly users: Users,
    private readonly address: PublicAddress,
    private readonly csrf: Csrf,
    private readonly frames: Frames,
  ) {}

  @Get()
  show(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.show(request, response, id);
  }

  @Post('role')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  role(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { role } = await readForm(RoleDto, request.body as object);
      await this.changes.setRole(by, id, role);
    });
  }

  @Post('disable')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  disable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { confirm } = await readForm(DisableDto, request.body as object);
      if (by.userId !== id || confirm === 'yes') return this.changes.disable(by, id);
      const page = disableOneselfPage({ id, csrf: this.csrf.token(request, response) });
      response.set(PAGE_HEADERS).send(page);
    });
  }

  @Post('enable')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  enable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, (by) => this.changes.enable(by, id));
  }

  @Post('sessions/end')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  endSessions(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, (by) => this.changes.endSessions(by, id));
  }

  @Post('connections/end')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  disconnect(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { grantId } = await readForm(ConnectionDto, request.body as object);
      await this.changes.disconnect(by, id, grantId);
    });
  }

  @Post('connections/end-all')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  disconnectAll(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, (by) => this.changes.disconnect(by, id));
  }

  /** Answers with the link itself, this once. */
  @Post('password-link')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  passwordLink(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { once } = request.body as Record<string, unknown>;
      const token = await this.links.issue(by, id, formText(once));
      const user = await this.users.find(id);
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

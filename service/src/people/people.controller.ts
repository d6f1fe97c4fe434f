import {
  Controller,
  Get,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { AccountChanges } from './account-changes.js';
import { ChangeRefused } from './change-refused.js';
import { PasswordLinks } from './password-links.js';
import { Users } from './users.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import type { User } from './entities/user.entity.js';
import { linkPage } from './pages/link.page.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { readForm } from '../web/read-form.js';
import { Administration } from '../web/administration.js';
import { PeoplePages } from './people-pages.js';
import { ConnectionDto, RoleDto } from './person.dto.js';

/** Everybody who has an account, and what administrators change about each. */
@Controller('admin/people')
export class PeopleController {
  private readonly origin: string;

  constructor(
    private readonly administration: Administration,
    private readonly pages: PeoplePages,
    private readonly changes: AccountChanges,
    private readonly links: PasswordLinks,
    private readonly users: Users,
    @Inject(SERVICE_CONFIG) { issuer }: ServiceConfig,
  ) {
    this.origin = new URL(issuer).origin;
  }

  @Get()
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    const viewer = await this.administration.viewer(request);
    await this.pages.list(request, response, viewer);
  }

  @Get(':id')
  async show(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const viewer = await this.administration.viewer(request);
    await this.pages.person(request, response, viewer, { id });
  }

  @Post(':id/role')
  @UseGuards(CsrfGuard)
  role(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, async ({ id: administratorId }) => {
      const { role } = await readForm(RoleDto, request.body as object);
      await this.changes.setRole(administratorId, id, role);
    });
  }

  @Post(':id/disable')
  @UseGuards(CsrfGuard)
  disable(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, (by) => this.changes.disable(by.id, id));
  }

  @Post(':id/enable')
  @UseGuards(CsrfGuard)
  enable(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, (by) => this.changes.enable(by.id, id));
  }

  @Post(':id/sessions/end')
  @UseGuards(CsrfGuard)
  endSessions(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, (by) => this.changes.endSessions(by.id, id));
  }

  @Post(':id/connections/end')
  @UseGuards(CsrfGuard)
  disconnect(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, async (by) => {
      const { grantId } = await readForm(ConnectionDto, request.body as object);
      await this.changes.disconnect(by.id, id, grantId);
    });
  }

  @Post(':id/connections/end-all')
  @UseGuards(CsrfGuard)
  disconnectAll(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, (by) => this.changes.disconnect(by.id, id));
  }

  /** Answers with the link itself, this once. */
  @Post(':id/password-link')
  @UseGuards(CsrfGuard)
  passwordLink(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.change(id, request, response, async (by) => {
      const token = await this.links.issue(by.id, id);
      const user = await this.users.find(id);
      const page = linkPage({
        title: 'A link for a new password',
        email: user?.email ?? '',
        link: `${this.origin}/password?token=${token}`,
        words: 'It works for an hour, once. An older link of the same person works no more.',
        back: { href: `/admin/people/${id}`, text: 'Back to the person' },
      });
      response.status(HttpStatus.CREATED).set(PAGE_HEADERS).send(page);
    });
  }

  private async change(
    id: string,
    request: Request,
    response: Response,
    work: (administrator: User) => Promise<void>,
  ): Promise<void> {
    const administrator = await this.administration.administrator(request);
    if (!isUUID(id)) throw new NotFoundException('There is no such person.');
    try {
      await work(administrator);
      if (!response.headersSent) response.redirect(303, `/admin/people/${id}`);
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      response.status(HttpStatus.CONFLICT);
      await this.pages.person(request, response, administrator, { id, problem: error.message });
    }
  }
}

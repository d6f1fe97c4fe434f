import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PolicyStore } from '../policy/policy-store.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { ServerChanges } from './server-changes.js';
import { draftOf, ServerDto } from './server.dto.js';
import { serverPath } from './server-path.js';
import { serverFormPage } from './pages/server-form.page.js';
import { serversPage } from './pages/servers.page.js';

const FORBIDDEN: number = HttpStatus.FORBIDDEN;

/** All MCP servers, and one more. */
@Controller('admin/servers')
@InNavigation({ text: 'MCP servers', place: 15 })
@Roles('auditor', 'administrator')
export class ServersController {
  constructor(
    private readonly servers: ServerChanges,
    private readonly policy: PolicyStore,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { rules } = await this.policy.read();
    const servers = this.servers.list().map((server) => ({
      ...server,
      rules: rules.filter(({ resource }) => resource === server.identifier).length,
    }));
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(serversPage({ frame, servers }));
  }

  @Get('add')
  @Roles('administrator')
  form(@Req() request: Request, @Res() response: Response): void {
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(serverFormPage({ frame }));
  }

  @Post('add')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async add(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      const form = await readForm(ServerDto, request.body as object);
      const draft = draftOf(form);
      await this.servers.add(author, draft);
      const next = 'Nobody may use it until a rule says so.';
      this.statusLine.goOn(
        response,
        serverPath('server', draft.identifier),
        `${form.name} is added. ${next}`,
      );
    } catch (error) {
      this.again(request, response, error);
    }
  }

  /** The form as it was sent, with what is wrong with it. */
  private again(request: Request, response: Response, error: unknown): void {
    if (!(error instanceof Refusal) || error.getStatus() === FORBIDDEN) throw error;
    const frame = this.frames.of(request, response);
    const form = request.body as Partial<ServerDto>;
    const page = serverFormPage({ frame, form, problem: error.message });
    response.status(error.getStatus()).set(PAGE_HEADERS).send(page);
  }
}

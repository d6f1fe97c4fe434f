import { Controller, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ChangeRefused } from '../people/change-refused.js';
import { Author } from '../web/author.js';
import { COUNT_LIMIT } from '../web/counted.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { PublicAddress } from '../config/public-address.js';
import { type ExpectedServer, ServerChanges } from './server-changes.js';
import { ServerCheck } from './server-check.js';
import type { Finding } from './server-findings.js';
import { serverPath } from './server-path.js';
import { draftOf, formOf, SeenServerDto, ServerChoiceDto, ServerDto } from './server.dto.js';
import { credentialsQuestionPage, shownCredentialsPage } from './pages/credentials.page.js';
import { disableServerPage } from './pages/disable-server.page.js';
import { serverFormPage } from './pages/server-form.page.js';
import { serverPage } from './pages/server.page.js';

const FORBIDDEN: number = HttpStatus.FORBIDDEN;

/** One MCP server. */
@Controller('admin/servers')
@Roles('auditor', 'administrator')
export class ServerController {
  constructor(
    private readonly servers: ServerChanges,
    private readonly check: ServerCheck,
    private readonly address: PublicAddress,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get('server')
  show(@Query('server') id: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.page(formText(id) ?? '', request, response);
  }

  /** Asks the server itself. */
  @Post('check')
  @UseGuards(CsrfGuard)
  async look(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { server } = await readForm(ServerChoiceDto, request.body as object);
    await this.page(server, request, response, await this.check.look(this.servers.find(server)));
  }

  @Get('change')
  @Roles('administrator')
  form(@Query('server') id: unknown, @Req() request: Request, @Res() response: Response): void {
    const server = this.servers.find(formText(id) ?? '');
    const form = { ...formOf(server), version: server.version };
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(serverFormPage({ frame, form, known: server }));
  }

  @Post('change')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async change(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const body = request.body as Partial<ServerDto>;
    try {
      const form = await readForm(ServerDto, body);
      await this.servers.update(author, draftOf(form), ofVersion(form.version));
      this.statusLine.goOn(response, serverPath('server', form.identifier), `${form.name} is changed.`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.getStatus() === FORBIDDEN) throw error;
      const known = this.servers.find(formText(body.identifier) ?? '');
      const frame = this.frames.of(request, response);
      const page = serverFormPage({ frame, form: body, known, problem: error.message });
      response.status(error.getStatus()).set(PAGE_HEADERS).send(page);
    }
  }

  @Get('disable')
  @Roles('administrator')
  @FreshSignIn()
  async askDisable(
    @Query('server') id: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const server = this.servers.find(formText(id) ?? '');
    const connections = await this.servers.connections(server.identifier, COUNT_LIMIT + 1);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(disableServerPage({ frame, server, connections }));
  }

  @Post('disable')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async disable(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { server, version } = await readForm(SeenServerDto, request.body as object);
    const { name, hasChanged } = await this.servers.setEnabled(author, server, false, ofVersion(version));
    const done = hasChanged
      ? `${name} is disabled. Its tokens are refused.`
      : `${name} was disabled already.`;
    this.statusLine.goOn(response, serverPath('server', server), done);
  }

  @Post('enable')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async enable(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { server, version } = await readForm(SeenServerDto, request.body as object);
    const { name, hasChanged } = await this.servers.setEnabled(author, server, true, ofVersion(version));
    const done = hasChanged ? `${name} is enabled. Connections work again.` : `${name} was enabled already.`;
    this.statusLine.goOn(response, serverPath('server', server), done);
  }

  @Get('credentials')
  @Roles('administrator')
  @FreshSignIn()
  async askCredentials(
    @Query('server') id: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const server = this.servers.find(formText(id) ?? '');
    const [known] = await this.servers.credentialsOf(server.identifier);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(credentialsQuestionPage({ frame, server, known }));
  }

  /** Answers with the secret itself, this once. */
  @Post('credentials')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async credentials(
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { server: id, leaked } = await readForm(ServerChoiceDto, request.body as object);
    const server = this.servers.find(id);
    const credentials = await this.servers.renewCredentials(author, id, leaked === 'yes');
    const frame = this.frames.of(request, response);
    const { issuer } = this.address;
    response.set(COPY_PAGE_HEADERS).send(shownCredentialsPage({ frame, server, credentials, issuer }));
  }

  private async page(
    id: string,
    request: Request,
    response: Response,
    findings?: readonly Finding[],
  ): Promise<void> {
    const server = this.servers.find(id);
    const credentials = await this.servers.credentialsOf(server.identifier);
    const frame = this.frames.of(request, response);
    const metadata = this.address.at(
      `/resource-metadata?${new URLSearchParams({ resource: server.identifier }).toString()}`,
    );
    response.set(PAGE_HEADERS).send(serverPage({ frame, server, credentials, metadata, findings }));
  }
}

/** @throws ChangeRefused for another version than the form was filled in for. */
function ofVersion(version: string | undefined): ExpectedServer {
  return (server) => {
    if (server.version !== version)
      throw new ChangeRefused(
        `Somebody else has changed this server since you opened it: ${server.name} is ${server.enabled ? 'enabled' : 'disabled'} now. Nothing was done: look at it again first.`,
        {},
        { path: serverPath('server', server.identifier), text: 'Look at the server again' },
      );
  };
}

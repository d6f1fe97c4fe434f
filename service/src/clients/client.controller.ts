import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type CatalogClient, GrantCatalog, shownName } from 'nestjs-mcp-auth/service-kit';
import { Users } from '../people/users.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { Frames } from '../web/frame.js';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Roles } from '../web/roles.js';
import { RowIdPipe } from '../web/row-id.js';
import { StatusLine } from '../web/status-line.js';
import { ClientAdministration, TO_CLIENTS } from './client-administration.js';
import { unchangedSince } from './client-expectation.js';
import { RotationDto, SeenDto } from './client.dto.js';
import { blockPage, deletePage, rotatePage } from './pages/client-questions.js';
import { clientPage } from './pages/client.page.js';
import { secretPage } from './pages/secret.page.js';

/** Connections that a client's page shows. */
const MOST_SHOWN = 10;

/** One application or service account, and what administrators change about it. */
@Controller('admin/clients/:id')
@Roles('auditor', 'administrator')
export class ClientController {
  constructor(
    private readonly administration: ClientAdministration,
    private readonly grants: GrantCatalog,
    private readonly users: Users,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  async show(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const client = await this.administration.find(id);
    const window = { descending: true, limit: MOST_SHOWN };
    const [holdings, latest] = await Promise.all([
      this.administration.holdings(client),
      this.grants.page({ clientId: client.clientId }, window),
    ]);
    const ids = [...latest.map(({ userId }) => userId), client.blockedBy];
    const people = await this.users.all([...new Set(ids.filter((one) => one !== null))]);
    const byId = new Map(people.flatMap((user) => [user.id, user.subject].map((key) => [key, user])));
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(clientPage({ frame, client, holdings, latest, people: byId }));
  }

  @Get('block')
  @Roles('administrator')
  @FreshSignIn()
  async askBlock(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.ask(blockPage, id, request, response);
  }

  @Post('block')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async block(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Res() response: Response,
  ): Promise<void> {
    await this.administration.block(author, id);
    this.statusLine.goOn(response, pathOf(id), 'The application is blocked, and all that it had has ended.');
  }

  @Post('unblock')
  @Roles('administrator')
  @FreshSignIn({ isFormAlone: true })
  @UseGuards(CsrfGuard)
  async unblock(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { seen } = await readForm(SeenDto, request.body as object);
    await this.administration.unblock(author, id, unchangedSince(new Date(seen)));
    const sentence = 'The application may ask again. What was ended stays so: people connect it anew.';
    this.statusLine.goOn(response, pathOf(id), sentence);
  }

  @Get('delete')
  @Roles('administrator')
  @FreshSignIn()
  async askDelete(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.ask(deletePage, id, request, response);
  }

  @Post('delete')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async delete(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { seen } = await readForm(SeenDto, request.body as object);
    const client = await this.administration.find(id);
    await this.administration.delete(author, id, unchangedSince(new Date(seen)));
    this.statusLine.goOn(response, TO_CLIENTS.path, `${nameOf(client)} is deleted.`);
  }

  @Get('secret')
  @Roles('administrator')
  @FreshSignIn()
  async askRotation(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const client = await this.administration.find(id);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(rotatePage({ frame, client }));
  }

  /** Answers with the secret itself, this once. */
  @Post('secret')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async rotate(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { seen, overlap } = await readForm(RotationDto, request.body as object);
    const client = await this.administration.find(id);
    const secret = await this.administration.rotateSecret(
      author,
      id,
      overlap,
      unchangedSince(new Date(seen)),
    );
    const frame = this.frames.of(request, response);
    const { clientId } = client;
    const page = secretPage({
      frame,
      title: 'A new secret',
      name: nameOf(client),
      clientId,
      secret,
      to: pathOf(id),
    });
    response.set(COPY_PAGE_HEADERS).send(page);
  }

  /** What will end is named before. */
  private async ask(
    question: typeof blockPage,
    id: string,
    request: Request,
    response: Response,
  ): Promise<void> {
    const client = await this.administration.find(id);
    const holdings = await this.administration.holdings(client);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(question({ frame, client, holdings }));
  }
}

function pathOf(id: string): string {
  return `${TO_CLIENTS.path}/${id}`;
}

function nameOf({ name, clientId }: CatalogClient): string {
  return shownName(name) ?? clientId;
}

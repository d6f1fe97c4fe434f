import { Controller, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { Author } from '../web/author.js';
import { counted } from '../web/counted.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { readCursor } from '../web/cursor.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { formProblem } from '../web/form-problem.js';
import { filled } from '../web/filled.js';
import { Frames } from '../web/frame.js';
import { ListAddress } from '../web/list-address.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readFilters } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { CONNECTION_PLACE, ConnectionAdministration } from './connection-administration.js';
import { ConnectionSearchDto, EndConnectionsDto, EndingConnectionsDto } from './connections.dto.js';
import { connectionsPage } from './pages/connections.page.js';
import { endConnectionsPage } from './pages/end-connections.page.js';

const LIST = '/admin/connections';

/** Who can reach what with which application, across everybody. */
@Controller('admin/connections')
@InNavigation({ text: 'Connections', place: 16 })
@Roles('auditor', 'administrator')
export class ConnectionsController {
  constructor(
    private readonly administration: ConnectionAdministration,
    private readonly resources: McpResources,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  async list(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const search = plainToInstance(ConnectionSearchDto, filled(query), { excludeExtraneousValues: true });
    const problem = await formProblem(search);
    const cursor = readCursor(query, CONNECTION_PLACE, LIST, Object.keys(search));
    const page = connectionsPage({
      frame: this.frames.of(request, response),
      search,
      address: new ListAddress(LIST, problem === null ? filtersOf(search) : {}),
      list: problem === null ? await this.administration.list(search, cursor) : null,
      resources: this.resources.all(),
      problem,
    });
    response.status(problem === null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    response.set(PAGE_HEADERS).send(page);
  }

  @Get('end')
  @Roles('administrator')
  @FreshSignIn()
  async ask(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { all, ...search } = await readFilters(EndingConnectionsDto, filled(query), LIST);
    const filters = filtersOf(search);
    requireSelection(filters, all);
    const found = await this.administration.count(search);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(endConnectionsPage({ frame, filters, all, found }));
  }

  @Post('end')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async end(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const body = filled(request.body as object);
    const { csrf: _csrf, at, grants, all, ...selection } = await readFilters(EndConnectionsDto, body, LIST);
    requireSelection(filtersOf(selection), all);
    const seen = { at: new Date(at), grants };
    const ended = await this.administration.end(author, selection, seen);
    const { grant: _one, ...filters } = filtersOf(selection);
    const sentence =
      ended === 0 ? 'These connections were over already.' : `${counted(ended, 'connection')} ended.`;
    this.statusLine.goOn(response, new ListAddress(LIST, filters).with({}), sentence);
  }
}

/** @throws Refusal where nothing says which connections are meant: a filter that was forgotten is not all of them. */
function requireSelection(filters: object, all: 'yes' | undefined): void {
  const isNarrow = Object.values(filters).some((value) => value !== undefined);
  if (isNarrow !== (all === 'yes')) return;
  const sentence = isNarrow
    ? 'That says both all connections and some of them: say one of the two.'
    : 'Nothing says which connections are to end. Look for them first; all of them end with all=yes alone.';
  throw new Refusal(HttpStatus.BAD_REQUEST, sentence, { path: LIST, text: 'Connections' });
}

function filtersOf({ grant, person, client, server, scope, unused }: ConnectionSearchDto) {
  return { grant, person, client, server, scope, unused: unused === undefined ? undefined : String(unused) };
}

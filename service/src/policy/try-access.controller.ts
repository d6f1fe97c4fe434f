import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { type CursorCheck, pageOf, readCursor } from '../web/cursor.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { ListAddress } from '../web/list-address.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Roles } from '../web/roles.js';
import { type ClientAccess, DryRun } from './dry-run.js';
import { type RuleOfServer, tryAccessPage } from './pages/try-access.page.js';

/** Characters. */
const LONGEST = 2_000;

/** What a cursor holds: the place of a rule among all that are for a client. */
const PLACES: readonly CursorCheck[] = [(value) => /^\d{1,6}$/.test(value)];

function inRows(access: readonly ClientAccess[]): RuleOfServer[] {
  return inPlaces(access.flatMap(({ server, rules }) => rules.map((rule) => ({ server, rule }))));
}

function inPlaces<Row extends object>(rows: readonly Row[]): (Row & { place: string })[] {
  return rows.map((row, place) => ({ ...row, place: String(place) }));
}

/** What somebody could do, before they try. */
@Controller('admin/access/try')
@InNavigation({ text: 'Try access', place: 22 })
@Roles('auditor', 'administrator')
export class TryAccessController {
  constructor(
    private readonly dryRun: DryRun,
    private readonly resources: McpResources,
    private readonly frames: Frames,
  ) {}

  @Get()
  async show(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const text = (name: string) => (formText(query[name]) ?? '').trim().slice(0, LONGEST);
    const question = { email: text('email'), resource: text('resource'), client: text('client') };
    const { email, resource, client } = question;
    const address = new ListAddress('/admin/access/try', { client });
    const cursor = readCursor(query, PLACES, address.with({}), ['email', 'resource', 'client']);
    const access = !email && client ? inRows(await this.dryRun.ofClientAlone(client)) : null;
    const servers = email && !resource ? await this.dryRun.everywhere(question) : null;
    const page = tryAccessPage({
      frame: this.frames.of(request, response),
      resources: this.resources.all(),
      question,
      answers: email && resource ? await this.dryRun.ask(question) : null,
      servers: servers && {
        page: pageOf(inPlaces(servers), cursor, ({ place }) => place),
        count: servers.length,
        address: new ListAddress('/admin/access/try', { email, client }),
      },
      access: access && {
        page: pageOf(access, cursor, ({ place }) => place),
        count: access.length,
        address,
      },
    });
    response.set(PAGE_HEADERS).send(page);
  }
}

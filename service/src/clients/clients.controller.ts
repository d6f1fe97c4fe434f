import { Controller, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import type { ClientFilter } from 'nestjs-mcp-auth/service-kit';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { readCursor } from '../web/cursor.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { formProblem } from '../web/form-problem.js';
import { filled } from '../web/filled.js';
import { Frames } from '../web/frame.js';
import { ListAddress } from '../web/list-address.js';
import { InNavigation } from '../web/navigation.js';
import { COPY_PAGE_HEADERS, PAGE_HEADERS } from '../web/page-headers.js';
import { Refusal } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { readSorting, sortingText } from '../web/sorting.js';
import {
  CLIENT_ORDERS,
  CLIENT_PLACE,
  ClientAdministration,
  type ClientOrder,
  TO_CLIENTS,
} from './client-administration.js';
import { ClientSearchDto, NewApplicationDto, NewServiceAccountDto } from './client.dto.js';
import { clientsPage } from './pages/clients.page.js';
import { newApplicationPage, type NewApplicationPageProps } from './pages/new-application.page.js';
import { newServiceAccountPage, type NewServiceAccountPageProps } from './pages/new-service-account.page.js';
import { secretPage } from './pages/secret.page.js';

/** All applications and service accounts, and new ones. */
@Controller('admin/clients')
@InNavigation({ text: 'Applications', place: 14 })
@Roles('auditor', 'administrator')
export class ClientsController {
  constructor(
    private readonly administration: ClientAdministration,
    private readonly resources: McpResources,
    private readonly frames: Frames,
  ) {}

  @Get()
  async list(
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const search = plainToInstance(ClientSearchDto, filled(query), { excludeExtraneousValues: true });
    const problem = await formProblem(search);
    const sorting = readSorting<ClientOrder>(query['sort'], CLIENT_ORDERS);
    const cursor = readCursor(query, CLIENT_PLACE[sorting.by], TO_CLIENTS.path, [
      'sort',
      ...Object.keys(search),
    ]);
    const list =
      problem === null ? await this.administration.list({ filter: filterOf(search), sorting, cursor }) : null;
    const { kind, search: text, state } = search;
    const sort = query['sort'] === undefined ? undefined : sortingText(sorting);
    const page = clientsPage({
      frame: this.frames.of(request, response),
      search,
      sorting,
      address: new ListAddress(TO_CLIENTS.path, problem === null ? { kind, search: text, state, sort } : {}),
      list,
      problem,
    });
    response.status(problem === null ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    response.set(PAGE_HEADERS).send(page);
  }

  @Get('new')
  @Roles('administrator')
  new(@Req() request: Request, @Res() response: Response): void {
    this.newApplication(request, response, {});
  }

  @Post('new')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async add(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(NewApplicationDto, request.body as object);
    const refuse = (problem: string) => this.newApplication(request, response, { form, problem });
    const problem = await formProblem(form);
    if (problem !== null) return refuse(problem);
    const { name, redirectUris, confidential, once } = form;
    try {
      const added = await this.administration.add(author, {
        name,
        redirectUris: words(redirectUris),
        confidential: confidential === 'yes',
        once,
      });
      const { id, clientId, secret } = added;
      const frame = this.frames.of(request, response);
      response.set(COPY_PAGE_HEADERS).send(
        secretPage({
          frame,
          title: 'The application is added',
          name,
          clientId,
          secret,
          to: `/admin/clients/${id}`,
        }),
      );
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      refuse(error.message);
    }
  }

  @Get('new-service-account')
  @Roles('administrator')
  newAccount(@Req() request: Request, @Res() response: Response): void {
    this.newServiceAccount(request, response, {});
  }

  @Post('new-service-account')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async addAccount(
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = plainToInstance(NewServiceAccountDto, request.body as object);
    const refuse = (problem: string, status?: HttpStatus) =>
      this.newServiceAccount(request, response, { form, problem }, status);
    const problem = await formProblem(form);
    if (problem !== null) return refuse(problem);
    const { clientId, name, resource, scopes = '', once } = form;
    const account = {
      clientId,
      name: name?.trim() || undefined,
      resources: [resource],
      scopes: words(scopes),
      once,
    };
    try {
      const { id, secret } = await this.administration.addServiceAccount(author, account);
      const frame = this.frames.of(request, response);
      response.set(COPY_PAGE_HEADERS).send(
        secretPage({
          frame,
          title: 'The service account is added',
          name: account.name ?? clientId,
          clientId,
          secret,
          to: `/admin/clients/${id}`,
        }),
      );
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      refuse(error.message, error.getStatus());
    }
  }

  private newApplication(
    request: Request,
    response: Response,
    more: Omit<NewApplicationPageProps, 'frame'>,
  ): void {
    const frame = this.frames.of(request, response);
    response.status(more.problem === undefined ? HttpStatus.OK : HttpStatus.BAD_REQUEST);
    response.set(PAGE_HEADERS).send(newApplicationPage({ frame, ...more }));
  }

  private newServiceAccount(
    request: Request,
    response: Response,
    more: Omit<NewServiceAccountPageProps, 'frame' | 'resources'>,
    status = HttpStatus.BAD_REQUEST,
  ): void {
    const frame = this.frames.of(request, response);
    const resources = this.resources.all();
    response.status(more.problem === undefined ? HttpStatus.OK : status);
    response.set(PAGE_HEADERS).send(newServiceAccountPage({ frame, resources, ...more }));
  }
}

function filterOf({ kind, search, state }: ClientSearchDto): ClientFilter {
  return { kind, search: search?.trim() || undefined, disabled: state && state === 'blocked' };
}

/** Something about the form that whoever filled it in can mend. */
function isBadRequest(error: unknown): error is Refusal {
  const mendable: number[] = [HttpStatus.BAD_REQUEST, HttpStatus.CONFLICT];
  return error instanceof Refusal && mendable.includes(error.getStatus());
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

import { Body, Get, Headers, HttpCode, HttpStatus, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { SERVER_CURSOR, type Server, ServerChanges } from '../../servers/server-changes.js';
import { ServerCheck } from '../../servers/server-check.js';
import { Author } from '../../web/author.js';
import { Refusal } from '../../web/refusal.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { PageQuery } from '../page-query.js';
import { TAG } from '../problem-answer.js';
import { ChangesWhatWasSeen, Conflicts, Tagged } from '../tagged.js';
import {
  ChangedServerBody,
  checkBody,
  CredentialsRenewalBody,
  draftOf,
  NewServerBody,
  ServerBody,
  serverBody,
  ServerCheckBody,
  ServerCredentialsBody,
  serverId,
  ServerPageBody,
} from './server.body.js';

/** The MCP servers that this service guards. */
@AdminRoute('servers')
export class ServersApiController {
  constructor(
    private readonly servers: ServerChanges,
    private readonly check: ServerCheck,
  ) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'The MCP servers, forty a page; the first of all is the default' })
  @ApiOkResponse({ type: ServerPageBody })
  listServers(@Query() { cursor }: PageQuery): ServerPageBody {
    const { rows, next } = this.servers.page('', cursorPlace(cursor, SERVER_CURSOR));
    return { items: rows.map(serverBody), next };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:servers')
  @ApiOperation({ summary: 'Adds an MCP server; nobody may use it until a rule says so' })
  @ApiCreatedResponse({ type: ServerBody, headers: { ...TAG } })
  @Conflicts('There is an MCP server of this address already.')
  async addServer(
    @Author() author: Author,
    @Body() body: NewServerBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ServerBody> {
    const identifier = body.identifier.trim();
    return tagged(await this.servers.add(author, draftOf(identifier, body)), response);
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One MCP server' })
  @Tagged(ServerBody)
  getServer(@Param('id') id: string, @Res({ passthrough: true }) response: Response): ServerBody {
    return tagged(this.find(id), response);
  }

  @Put(':id')
  @Needs('admin:servers')
  @ApiOperation({ summary: 'Puts another definition in the place of that of an MCP server' })
  @Tagged(ServerBody)
  @ChangesWhatWasSeen()
  async changeServer(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() body: ChangedServerBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ServerBody> {
    const { identifier } = this.find(id);
    const expected = expectation(ifMatch, serverBody);
    return tagged(await this.servers.update(author, draftOf(identifier, body), expected), response);
  }

  @Post(':id/disable')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:servers')
  @ApiOperation({ summary: 'Disables an MCP server: its tokens are refused at once, and none are issued' })
  @Tagged(ServerBody)
  @ChangesWhatWasSeen()
  disableServer(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ServerBody> {
    return this.setEnabled(author, id, false, ifMatch, response);
  }

  @Post(':id/enable')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:servers')
  @ApiOperation({ summary: 'Enables an MCP server: connections work again' })
  @Tagged(ServerBody)
  @ChangesWhatWasSeen()
  enableServer(
    @Author() author: Author,
    @Param('id') id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ServerBody> {
    return this.setEnabled(author, id, true, ifMatch, response);
  }

  @Post(':id/check')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:read')
  @ApiOperation({ summary: 'Asks an MCP server what a client asks first, and says what a client will see' })
  @ApiOkResponse({ type: ServerCheckBody })
  async checkServer(@Param('id') id: string): Promise<ServerCheckBody> {
    return checkBody(await this.check.look(this.find(id)));
  }

  @Post(':id/credentials')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:servers')
  @ApiOperation({
    summary: 'A new secret for the introspection of an MCP server; the one before works for a day',
  })
  @ApiOkResponse({ type: ServerCredentialsBody })
  @Conflicts('The configuration sets its credentials.')
  async renewServerCredentials(
    @Author() author: Author,
    @Param('id') id: string,
    @Body() { leaked }: CredentialsRenewalBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ServerCredentialsBody> {
    response.set('Cache-Control', 'no-store');
    return this.servers.renewCredentials(author, this.find(id).identifier, leaked);
  }

  private async setEnabled(
    author: Author,
    id: string,
    enabled: boolean,
    ifMatch: string | undefined,
    response: Response,
  ): Promise<ServerBody> {
    const { identifier } = this.find(id);
    const expected = expectation(ifMatch, serverBody);
    return tagged(await this.servers.setEnabled(author, identifier, enabled, expected), response);
  }

  private find(id: string): Server {
    const found = this.servers.list().find((server) => serverId(server) === id);
    if (found) return found;
    throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such MCP server.');
  }
}

function tagged(server: Server, response: Response): ServerBody {
  const body = serverBody(server);
  response.set('ETag', entityTag(body));
  return body;
}

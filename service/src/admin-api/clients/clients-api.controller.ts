import { Body, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import type { ClientKind } from 'nestjs-mcp-auth/service-kit';
import {
  CLIENT_ORDERS,
  CLIENT_PLACE,
  ClientAdministration,
  type ClientsQuery as Question,
} from '../../clients/client-administration.js';
import { Author } from '../../web/author.js';
import { RowIdPipe } from '../../web/row-id.js';
import { readSorting } from '../../web/sorting.js';
import { AdminRoute } from '../admin-route.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { Tagged } from '../tagged.js';
import { ClientCredentialsBody, ClientDetailBody, ClientPageBody, clientPageBody } from './client.body.js';
import { ClientsQuery, NewClientBody, type ServiceAccountsQuery } from './clients.query.js';
import { showClient } from './seen-client.js';

/** Everything that asks for access, for people or for itself. */
@AdminRoute('clients')
export class ClientsApiController {
  constructor(private readonly administration: ClientAdministration) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Applications and service accounts, forty a page' })
  @ApiOkResponse({ type: ClientPageBody })
  async listClients(@Query() { kind, ...query }: ClientsQuery): Promise<ClientPageBody> {
    return clientPageBody(await this.administration.list(question(query, kind)));
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:clients')
  @ApiOperation({
    summary: 'Enters an application that acts for people; they still agree before it gets anything',
  })
  @ApiCreatedResponse({ type: ClientCredentialsBody })
  async addClient(@Author() author: Author, @Body() client: NewClientBody): Promise<ClientCredentialsBody> {
    const { id, clientId, secret } = await this.administration.add(author, client);
    return { id, clientId, clientSecret: secret };
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One of them, with what ends when it is blocked or deleted' })
  @Tagged(ClientDetailBody)
  async getClient(
    @Param('id', RowIdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ClientDetailBody> {
    return showClient(this.administration, id, response);
  }
}

/** What the list is asked for. */
export function question({ search, state, sort, cursor }: ServiceAccountsQuery, kind?: ClientKind): Question {
  const sorting = readSorting(sort, CLIENT_ORDERS);
  return {
    filter: { kind, search, disabled: state && state === 'blocked' },
    sorting,
    cursor: cursorPlace(cursor, CLIENT_PLACE[sorting.by]),
  };
}

import { Body, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CONNECTION_PLACE, ConnectionAdministration } from '../../clients/connection-administration.js';
import { Author } from '../../web/author.js';
import { Refusal } from '../../web/refusal.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { MoreThanSeen } from '../tagged.js';
import {
  ConnectionCountBody,
  ConnectionPageBody,
  connectionPageBody,
  EndedConnectionsBody,
} from './connection.body.js';
import {
  ConnectionCountQuery,
  ConnectionEndBody,
  type ConnectionSelectionBody,
  ConnectionsQuery,
} from './connections.query.js';

/** Who can reach what with which application, across everybody. */
@AdminRoute('connections')
export class ConnectionsApiController {
  constructor(private readonly administration: ConnectionAdministration) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Connections, the last used first, forty a page' })
  @ApiOkResponse({ type: ConnectionPageBody })
  async listConnections(@Query() { cursor, ...selection }: ConnectionsQuery): Promise<ConnectionPageBody> {
    const place = cursorPlace(cursor, CONNECTION_PLACE);
    return connectionPageBody(await this.administration.list(selected(selection), place));
  }

  @Get('count')
  @Needs('admin:read')
  @ApiOperation({ summary: 'How many there are, of how many people: to be looked at before they end' })
  @ApiOkResponse({ type: ConnectionCountBody })
  async countConnections(@Query() selection: ConnectionCountQuery): Promise<ConnectionCountBody> {
    const { grants, people, at } = await this.administration.count(selected(selection));
    return { connections: grants, people, at: at.toISOString() };
  }

  @Post('end')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:connections')
  @ApiOperation({ summary: 'Ends those that were counted, at once and for good; people are asked anew' })
  @ApiOkResponse({ type: EndedConnectionsBody })
  @MoreThanSeen()
  async endConnections(
    @Author() author: Author,
    @Body() { connections, at, ...selection }: ConnectionEndBody,
  ): Promise<EndedConnectionsBody> {
    const seen = { at: new Date(at), grants: connections };
    return { ended: await this.administration.end(author, selected(selection), seen) };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:connections')
  @ApiOperation({ summary: 'Ends one, by its `grantId`' })
  @ApiNoContentResponse()
  async endConnection(@Author() author: Author, @Param('id', RowIdPipe) grant: string): Promise<void> {
    if ((await this.administration.end(author, { grant })) === 0)
      throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such connection any more.');
  }
}

const selected = ({ resource, ...selection }: ConnectionSelectionBody) => ({
  ...selection,
  server: resource,
});

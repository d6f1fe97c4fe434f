import { Body, Get, Headers, HttpCode, HttpStatus, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { ClientAdministration } from '../../clients/client-administration.js';
import { Author } from '../../web/author.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { ChangesWhatWasSeen, Conflicts, Tagged } from '../tagged.js';
import { ClientCredentialsBody, ClientDetailBody, ClientPageBody, clientPageBody } from './client.body.js';
import { question } from './clients-api.controller.js';
import { NewServiceAccountBody, ServiceAccountChangeBody, ServiceAccountsQuery } from './clients.query.js';
import { seenClient, taggedClient } from './seen-client.js';

/** Clients that act for themselves: what else is done to any client is done to them below `clients`, by the same id. */
@AdminRoute('service-accounts')
export class ServiceAccountsApiController {
  constructor(private readonly administration: ClientAdministration) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Service accounts, forty a page' })
  @ApiOkResponse({ type: ClientPageBody })
  async listServiceAccounts(@Query() query: ServiceAccountsQuery): Promise<ClientPageBody> {
    return clientPageBody(await this.administration.list(question(query, 'service-account')));
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:clients')
  @ApiOperation({
    summary: 'Makes a service account; one that administers gets no more than whoever makes it may',
  })
  @ApiCreatedResponse({ type: ClientCredentialsBody })
  @Conflicts()
  async addServiceAccount(
    @Author() author: Author,
    @Body() account: NewServiceAccountBody,
  ): Promise<ClientCredentialsBody> {
    const { id, clientId, secret } = await this.administration.addServiceAccount(author, account);
    return { id, clientId, clientSecret: secret };
  }

  @Put(':id')
  @Needs('admin:clients')
  @ApiOperation({
    summary: 'Gives it another name, other servers and scopes; its tokens end when what it may changes',
  })
  @Tagged(ClientDetailBody)
  @ChangesWhatWasSeen()
  async changeServiceAccount(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() account: ServiceAccountChangeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ClientDetailBody> {
    const changed = await this.administration.changeServiceAccount(author, id, account, seenClient(ifMatch));
    return taggedClient(changed, response);
  }
}

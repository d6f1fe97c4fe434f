import { Body, Delete, Headers, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { ClientAdministration } from '../../clients/client-administration.js';
import { Author } from '../../web/author.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { ChangesWhatWasSeen, Conflicts, Tagged } from '../tagged.js';
import { ClientDetailBody, ClientSecretBody } from './client.body.js';
import { SecretRotationBody } from './clients.query.js';
import { seenClient, taggedClient } from './seen-client.js';

/** What administrators change about an application or a service account. */
@AdminRoute('clients/:id')
export class ClientChangesApiController {
  constructor(private readonly administration: ClientAdministration) {}

  @Post('block')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:clients')
  @ApiOperation({
    summary: 'Ends all that it has, and keeps it out, for everybody, however it has changed meanwhile',
  })
  @Tagged(ClientDetailBody)
  @Conflicts()
  async blockClient(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ClientDetailBody> {
    return taggedClient(await this.administration.block(author, id), response);
  }

  @Post('unblock')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:clients')
  @ApiOperation({ summary: 'Lets it ask again; what was ended stays so' })
  @Tagged(ClientDetailBody)
  @ChangesWhatWasSeen()
  async unblockClient(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ClientDetailBody> {
    return taggedClient(await this.administration.unblock(author, id, seenClient(ifMatch)), response);
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:clients')
  @ApiOperation({ summary: 'Ends all that it has, and forgets it' })
  @ApiNoContentResponse()
  @ChangesWhatWasSeen()
  async deleteClient(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.administration.delete(author, id, seenClient(ifMatch));
  }

  @Post('secret')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:clients')
  @ApiOperation({ summary: 'Gives it a new secret; what was issued with the old one lives on' })
  @ApiOkResponse({ type: ClientSecretBody })
  @ChangesWhatWasSeen()
  async rotateClientSecret(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() { overlap }: SecretRotationBody,
  ): Promise<ClientSecretBody> {
    // Nothing more is read: what could fail now would lose the secret.
    return { clientSecret: await this.administration.rotateSecret(author, id, overlap, seenClient(ifMatch)) };
  }
}

import { Body, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { PublicAddress } from '../../config/public-address.js';
import { INVITATION_CURSOR, Invitations } from '../../people/invitations.js';
import { Author } from '../../web/author.js';
import { Refusal } from '../../web/refusal.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { Conflicts } from '../tagged.js';
import {
  InvitationLinkBody,
  InvitationPageBody,
  InvitationsQuery,
  invitationBody,
  NewInvitationBody,
} from './invitation.body.js';

/** Links that make an account each, once. */
@AdminRoute('invitations')
export class InvitationsApiController {
  constructor(
    private readonly invitations: Invitations,
    private readonly address: PublicAddress,
  ) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'Invitations that work still, the newest first, a page at a time' })
  @ApiOkResponse({ type: InvitationPageBody })
  async listInvitations(@Query() { cursor }: InvitationsQuery): Promise<InvitationPageBody> {
    const { rows, next, count } = await this.invitations.list(cursorPlace(cursor, INVITATION_CURSOR));
    return { items: rows.map(invitationBody), next, count };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Invites a person, in the name of another; an older link for the email ends' })
  @ApiCreatedResponse({ type: InvitationLinkBody })
  @Conflicts()
  async invite(
    @Author() author: Author,
    @Body() { email, name, role }: NewInvitationBody,
  ): Promise<InvitationLinkBody> {
    const token = await this.invitations.invite(author, { email, name: name ?? null, role });
    return { link: this.address.at(`/invitation?token=${token}`) };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Takes an invitation back' })
  @ApiNoContentResponse()
  async takeInvitationBack(@Author() author: Author, @Param('id', RowIdPipe) id: string): Promise<void> {
    if (await this.invitations.takeBack(author, id)) return;
    throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such invitation any more.');
  }
}

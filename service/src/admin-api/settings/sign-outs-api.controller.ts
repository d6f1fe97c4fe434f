import { Body, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { SignOuts } from '../../people/sign-outs.js';
import { Author } from '../../web/author.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { MoreThanSeen } from '../tagged.js';
import { SignedOutBody, SignOutBody, SignOutCountBody, signOutCountBody } from './settings.body.js';

/** Everybody at once. */
@AdminRoute('sign-outs')
export class SignOutsApiController {
  constructor(private readonly signOuts: SignOuts) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({
    summary: 'How many sessions and connections of people there are: to be looked at before they end',
  })
  @ApiOkResponse({ type: SignOutCountBody })
  async countSignOuts(): Promise<SignOutCountBody> {
    return signOutCountBody(await this.signOuts.count());
  }

  @Post()
  @HttpCode(HttpStatus.OK)
  @Needs('admin:settings')
  @ApiOperation({
    summary: 'Ends the sign-in sessions of everybody, and their connections where that is said',
  })
  @ApiOkResponse({ type: SignedOutBody })
  @MoreThanSeen()
  signEveryoneOut(
    @Author() author: Author,
    @Body() { disconnect, connections, at }: SignOutBody,
  ): Promise<SignedOutBody> {
    const seen = disconnect ? { at: new Date(at), grants: connections } : null;
    return this.signOuts.everybody(author, seen);
  }
}

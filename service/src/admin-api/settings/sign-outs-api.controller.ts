import { Body, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { SignOuts } from '../../people/sign-outs.js';
import { Author } from '../../web/author.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { SignedOutBody, SignOutBody } from './settings.body.js';

/** Everybody at once. */
@AdminRoute('sign-outs')
export class SignOutsApiController {
  constructor(private readonly signOuts: SignOuts) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Needs('admin:settings')
  @ApiOperation({
    summary: 'Ends the sign-in sessions of everybody, and their connections where that is said',
  })
  @ApiOkResponse({ type: SignedOutBody })
  signEveryoneOut(@Author() author: Author, @Body() { disconnect }: SignOutBody): Promise<SignedOutBody> {
    return this.signOuts.everybody(author, disconnect);
  }
}

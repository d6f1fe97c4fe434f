import { Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignOuts } from '../people/sign-outs.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { noticePage } from '../web/notice.page.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { TO_SIGN_IN } from '../web/refusal.js';
import { Roles } from '../web/roles.js';
import { SignOutDto } from './settings.dto.js';
import { everyoneSentence, signOutPage } from './pages/sign-out.page.js';

/** Signs everyone out. */
@Controller('admin/settings/sign-out')
@Roles('administrator')
@FreshSignIn()
export class SignOutsController {
  constructor(
    private readonly signOuts: SignOuts,
    private readonly frames: Frames,
  ) {}

  @Get()
  async ask(
    @Query('disconnect') disconnect: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const counts = await this.signOuts.count();
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(signOutPage({ frame, ...counts, disconnect: disconnect === 'yes' }));
  }

  /** Whoever asks for it is signed out, too. */
  @Post()
  @UseGuards(CsrfGuard)
  async signOut(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { disconnect, at, grants } = await readForm(SignOutDto, request.body as object);
    const seen = disconnect === 'yes' ? { at: new Date(at), grants } : null;
    const ended = await this.signOuts.everybody(author, seen);
    const title = 'Everyone is signed out';
    response
      .set(PAGE_HEADERS)
      .send(noticePage({ title, message: everyoneSentence(ended), link: TO_SIGN_IN }));
  }
}

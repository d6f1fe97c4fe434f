import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from 'nestjs-mcp-auth';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { KeyChanges } from './key-changes.js';
import { compromisedKeyPage } from './pages/compromised-key.page.js';
import { keysPage } from './pages/keys.page.js';

/** The signing keys, for administrators and auditors. */
@Controller('admin/keys')
@InNavigation({ text: 'Keys', place: 60 })
@Roles('auditor', 'administrator')
export class KeysController {
  constructor(
    private readonly keys: KeyChanges,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
    private readonly clock: Clock,
  ) {}

  @Get()
  list(@Req() request: Request, @Res() response: Response): void {
    const frame = this.frames.of(request, response);
    const page = keysPage({ frame, keys: this.keys.list(), now: new Date(this.clock.now()) });
    response.set(PAGE_HEADERS).send(page);
  }

  @Post(':kid/rotate')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async rotate(
    @Author() author: Author,
    @Param('kid') kid: string,
    @Res() response: Response,
  ): Promise<void> {
    const { alg, activatesAt } = await this.keys.rotate(author, kid);
    const time = activatesAt.toISOString().slice(0, 16).replace('T', ' ');
    this.statusLine.goOn(
      response,
      '/admin/keys',
      `A new ${alg} key is published. It signs from ${time} UTC on.`,
    );
  }

  @Get(':kid/compromised')
  @Roles('administrator')
  @FreshSignIn()
  ask(@Param('kid') kid: string, @Req() request: Request, @Res() response: Response): void {
    const keys = this.keys.compromisedWith(kid);
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(compromisedKeyPage({ frame, kid, keys }));
  }

  @Post(':kid/compromised')
  @Roles('administrator')
  @FreshSignIn()
  @UseGuards(CsrfGuard)
  async replace(
    @Author() author: Author,
    @Param('kid') kid: string,
    @Res() response: Response,
  ): Promise<void> {
    const { alg } = await this.keys.replace(author, kid);
    this.statusLine.goOn(
      response,
      '/admin/keys',
      `The ${alg} keys are replaced. What they signed is refused everywhere from now on.`,
    );
  }
}

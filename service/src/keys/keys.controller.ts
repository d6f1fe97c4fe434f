import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from 'nestjs-mcp-auth';
import { ChangeRefused } from '../people/change-refused.js';
import { Author } from '../web/author.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Frames } from '../web/frame.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { type ExpectedKeys, KeyChanges } from './key-changes.js';
import { CompromisedKeyDto, shownKeys } from './compromised-key.dto.js';
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
    const { ofAlgorithm: keys } = this.keys.find(kid);
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
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { shown } = await readForm(CompromisedKeyDto, request.body as object);
    const { alg } = await this.keys.replace(author, kid, asShown(shown));
    this.statusLine.goOn(
      response,
      '/admin/keys',
      `The ${alg} keys are replaced. What they signed is refused everywhere from now on.`,
    );
  }
}

/** @throws ChangeRefused for other keys than the page has named. */
function asShown(shown: string): ExpectedKeys {
  return (keys) => {
    if (shownKeys(keys) !== shown)
      throw new ChangeRefused('The keys have changed since this page was shown. Look at them again.');
  };
}

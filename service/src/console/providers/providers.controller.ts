import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProviderReports } from '../../sign-in/providers/provider-reports.js';
import { ProviderTests } from '../../sign-in/providers/provider-tests.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { Frames } from '../../web/frame.js';
import { InNavigation } from '../../web/navigation.js';
import { PAGE_HEADERS } from '../../web/page-headers.js';
import { Roles } from '../../web/roles.js';
import { StatusLine } from '../../web/status-line.js';
import { Viewer } from '../../web/viewer.js';
import { providersPage } from './providers.page.js';

/** The identity providers of the configuration, and how they are. */
@Controller('admin/providers')
@InNavigation({ text: 'Identity providers', place: 65 })
@Roles('auditor', 'administrator')
export class ProvidersController {
  constructor(
    private readonly reports: ProviderReports,
    private readonly tests: ProviderTests,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    const providers = await this.reports.list();
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(providersPage({ frame, providers }));
  }

  /** Asks the providers themselves. */
  @Post('check')
  @UseGuards(CsrfGuard)
  async check(@Res() response: Response): Promise<void> {
    await this.reports.check();
    this.statusLine.goOn(response, '/admin/providers', 'Each provider was asked just now.');
  }

  /** Sends the administrator to the provider, to sign in there for nothing but to see what it says. */
  @Post(':id/test')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async test(
    @Param('id') id: string,
    @Viewer() viewer: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.tests.begin(id, viewer, request, response);
  }
}

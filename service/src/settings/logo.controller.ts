import {
  Controller,
  Get,
  HttpStatus,
  Param,
  Post,
  Req,
  Res,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { readLogo } from '../config/logo.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import { Author } from '../web/author.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { Refusal } from '../web/refusal.js';
import { Anyone, Roles } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { LogoUpload, TO_SETTINGS } from './logo-upload.js';
import { SettingsChanges } from './settings-changes.js';

/** Of a picture, and of no answer without one. */
const LOGO_HEADERS = {
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The picture on every page. */
@Controller()
export class LogoController {
  constructor(
    private readonly inForce: SettingsInForce,
    private readonly changes: SettingsChanges,
    private readonly csrf: Csrf,
    private readonly statusLine: StatusLine,
  ) {}

  /** For everybody who sees a page. Nothing in it can run, and nobody takes it for something else (ADR 92). */
  @Get('logo/:hash')
  @Anyone()
  show(@Param('hash') hash: string, @Res() response: Response): void {
    const { logo } = this.inForce.current;
    if (logo?.hash !== hash) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such picture.');
    response.set({ ...LOGO_HEADERS, 'Content-Type': logo.mediaType }).send(logo.data);
  }

  @Post('admin/settings/logo')
  @Roles('administrator')
  @UseInterceptors(LogoUpload)
  async upload(
    @Author() author: Author,
    @UploadedFile() file: { buffer: Buffer } | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // What a guard would have to look at is read by the interceptor, after all guards.
    this.csrf.check(request, (request.body as { csrf?: unknown } | undefined)?.csrf);
    if (!file) throw new Refusal(HttpStatus.BAD_REQUEST, 'Choose a picture first.', TO_SETTINGS);
    const logo = readLogo(file.buffer);
    if (typeof logo === 'string') throw new Refusal(HttpStatus.BAD_REQUEST, logo, TO_SETTINGS);
    await this.changes.update(author, { logo }, () => undefined);
    this.statusLine.goOn(response, '/admin/settings', 'The logo is on every page now.');
  }

  @Post('admin/settings/logo/remove')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async remove(@Author() author: Author, @Res() response: Response): Promise<void> {
    const { hasChanged } = await this.changes.update(author, { logo: null }, () => undefined);
    this.statusLine.goOn(
      response,
      '/admin/settings',
      hasChanged ? 'The logo is removed.' : 'There was no logo.',
    );
  }
}

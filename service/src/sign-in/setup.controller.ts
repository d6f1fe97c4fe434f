import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { PageThrottler } from '../operations/page-throttler.js';
import { FirstAdministrator } from '../people/first-administrator.js';
import { UsedLinks } from '../people/used-links.js';
import { setupPage } from './pages/setup.page.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { Anyone } from '../web/roles.js';
import { KnownBrowsers } from './known-browsers.js';
import { linkOver } from './link-over.js';
import { newPasswordProblem } from './new-password.dto.js';
import { SetupDto } from './setup.dto.js';
import { SignInSessions } from './sign-in-sessions.js';
import { href } from '../web/href.js';

/** Makes the first administrator, by the link that the service prints when it starts. */
@Controller('setup')
@Anyone()
export class SetupController {
  constructor(
    private readonly administrator: FirstAdministrator,
    private readonly used: UsedLinks,
    private readonly sessions: SignInSessions,
    private readonly browsers: KnownBrowsers,
    private readonly csrf: Csrf,
    private readonly throttler: PageThrottler,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const token = formText(request.query['token']) ?? '';
    if (!(await this.administrator.isLink(token))) return this.over(response);
    response.set(PAGE_HEADERS).send(setupPage({ csrf: this.csrf.token(request, response), token }));
  }

  @Post()
  @UseGuards(CsrfGuard)
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(SetupDto, request.body as object);
    const error = await newPasswordProblem(form, [form.email, form.name]);
    if (error !== null) {
      const [token, name, email] = [form.token, form.name, form.email].map(formText);
      if (await this.administrator.isLink(token ?? '')) this.throttler.recognise(request, token ?? '');
      const csrf = this.csrf.token(request, response);
      response
        .status(HttpStatus.BAD_REQUEST)
        .set(PAGE_HEADERS)
        .send(setupPage({ csrf, token: token ?? '', name, email, error }));
      return;
    }
    const use = { token: form.token, browser: form.csrf };
    const user = (await this.administrator.redeem(use, form)) ?? (await this.used.find(use, form.password));
    if (!user) return this.over(response);
    this.browsers.remember(request, response, user.email);
    await this.sessions.begin({ userId: user.id, issuer: null }, request, response);
    response.redirect(303, href('/'));
  }

  private over(response: Response): void {
    linkOver(
      response,
      'The link was used, is older than an hour, or there is an administrator already. A new one is printed when the service starts.',
    );
  }
}

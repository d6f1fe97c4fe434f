import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import type { User } from '../people/entities/user.entity.js';
import { PageThrottler } from '../operations/page-throttler.js';
import { PasswordChanges } from '../people/password-changes.js';
import { PasswordLinks } from '../people/password-links.js';
import { type LinkUse, UsedLinks } from '../people/used-links.js';
import { noticePage } from '../web/notice.page.js';
import { passwordLinkPage } from './pages/password-link.page.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { Anyone } from '../web/roles.js';
import { KnownBrowsers } from './known-browsers.js';
import { linkOver } from './link-over.js';
import { newPasswordProblem, PasswordLinkDto, SAME_PASSWORD } from './new-password.dto.js';
import { SignInSessions } from './sign-in-sessions.js';
import { href } from '../web/href.js';

/** Sets a new password, by the link of an administrator. */
@Controller('password')
@Anyone()
export class PasswordLinkController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly used: UsedLinks,
    private readonly passwords: PasswordChanges,
    private readonly sessions: SignInSessions,
    private readonly browsers: KnownBrowsers,
    private readonly csrf: Csrf,
    private readonly throttler: PageThrottler,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const token = formText(request.query['token']) ?? '';
    const user = await this.links.find(token);
    if (!user) return this.over(response);
    const csrf = this.csrf.token(request, response);
    response.set(PAGE_HEADERS).send(passwordLinkPage({ csrf, token, email: user.email }));
  }

  @Post()
  @UseGuards(CsrfGuard)
  async set(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(PasswordLinkDto, request.body as object);
    const token = formText(form.token) ?? '';
    const disconnect = form.disconnect !== undefined;
    const use = { token, browser: form.csrf };
    const user = await this.links.find(token);
    if (!user) return this.again(use, form, response);
    this.throttler.recognise(request, token);
    const error =
      (await newPasswordProblem(form, [user.email, user.name])) ?? (await this.repeats(user, form.password));
    // Of two clicks at once, the second one finds the password that the first one has just set.
    if (error === SAME_PASSWORD && (await this.used.find(use, form.password))) return this.toDone(response);
    if (error !== null) {
      const csrf = this.csrf.token(request, response);
      const page = passwordLinkPage({ csrf, token, email: user.email, error, disconnect });
      response.status(HttpStatus.BAD_REQUEST).set(PAGE_HEADERS).send(page);
      return;
    }
    if (!(await this.links.redeem(use, form.password, { disconnect })))
      return this.again(use, form, response);
    this.browsers.remember(request, response, user.email);
    await this.sessions.end(request, response);
    this.toDone(response);
  }

  @Get('set')
  done(@Res() response: Response): void {
    response.set(PAGE_HEADERS).send(
      noticePage({
        title: 'Your password is set',
        message: 'You are signed out everywhere. Sign in with the new password.',
        link: { path: '/sign-in', text: 'Sign in' },
      }),
    );
  }

  private async repeats({ id }: User, password: string): Promise<string | null> {
    return (await this.passwords.isCurrent(id, password)) ? SAME_PASSWORD : null;
  }

  /** A second click: the browser has thrown away what the first one was answered. */
  private async again(use: LinkUse, { password }: PasswordLinkDto, response: Response): Promise<void> {
    if (await this.used.find(use, formText(password) ?? '')) this.toDone(response);
    else this.over(response);
  }

  private toDone(response: Response): void {
    response.redirect(303, href('/password/set'));
  }

  private over(response: Response): void {
    linkOver(
      response,
      'The link was used, is older than an hour, or a newer one was made. Ask an administrator.',
    );
  }
}

import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { PasswordChanges } from '../people/password-changes.js';
import { allowsPassword } from '../people/password-policy.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { noticePage } from '../web/notice.page.js';
import { passwordPage } from './pages/password.page.js';
import { Frames } from '../web/frame.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { newPasswordProblem, PasswordDto } from '../sign-in/new-password.dto.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';
import { SessionSpent, SignInThrottle, TooManyTries } from '../sign-in/sign-in-throttle.js';
import { href } from '../web/href.js';

const TO_ACCOUNT = { path: '/account', text: 'Your account' };

/** People change their own password. */
@Controller('account/password')
@SignedIn()
export class PasswordController {
  constructor(
    private readonly passwords: PasswordChanges,
    private readonly sessions: SignInSessions,
    private readonly throttle: SignInThrottle,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
    private readonly audit: AuditTrail,
  ) {}

  @Get()
  async show(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.requirePassword(viewer);
    this.page(request, response, viewer);
  }

  @Post()
  @UseGuards(CsrfGuard)
  async change(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.requirePassword(viewer);
    const refuse = (status: HttpStatus, error: string) =>
      this.page(request, response.status(status), viewer, error);
    const form = plainToInstance(PasswordDto, request.body as object);
    const problem = await newPasswordProblem(form, [viewer.email, viewer.name]);
    if (problem !== null) return refuse(HttpStatus.BAD_REQUEST, problem);
    const cookie = this.sessions.anotherCookie();
    const keep = { id: viewer.sessionId, token: cookie.token };
    const signedIn = { account: viewer.id, session: viewer.sessionId };
    const attempt = { email: viewer.email, address: request.ip ?? '', browser: null, signedIn };
    try {
      const outcome = await this.throttle.attempt(attempt, async () => {
        const changed = await this.passwords.change(viewer, keep, form);
        return changed === 'wrong' ? null : changed;
      });
      if (outcome === null) return refuse(HttpStatus.FORBIDDEN, 'The current password is wrong.');
      if (outcome === 'overtaken')
        return refuse(HttpStatus.CONFLICT, 'Your account has changed meanwhile. Try again.');
    } catch (error) {
      if (error instanceof SessionSpent) return this.signOut(viewer, request, response);
      if (!(error instanceof TooManyTries)) throw error;
      response.set('Retry-After', String(error.retryAfter));
      return refuse(HttpStatus.TOO_MANY_REQUESTS, error.message);
    }
    cookie.give(response);
    response.redirect(303, href('/account/password/changed'));
  }

  @Get('changed')
  changed(@Res() response: Response): void {
    const message =
      'You stay signed in here, and are signed out everywhere else. Applications you have connected stay connected.';
    response.set(PAGE_HEADERS).send(
      noticePage({
        title: 'Your password is changed',
        message,
        link: TO_ACCOUNT,
      }),
    );
  }

  /** Somebody who has not signed in themselves, perhaps: who has can do so again. */
  private async signOut(
    { id: userId, sessionId }: Viewer,
    request: Request,
    response: Response,
  ): Promise<never> {
    await this.sessions.end(request, response);
    const detail = { sessionId, reason: 'wrong passwords' };
    this.audit.record({ action: 'sign-out', outcome: 'success', userId, detail });
    throw new Refusal(
      HttpStatus.FORBIDDEN,
      'The current password was wrong too often, and you are signed out. Sign in again, or ask an administrator for a link that sets a new password.',
      TO_SIGN_IN,
    );
  }

  private async requirePassword({ id, role }: Viewer): Promise<void> {
    if (!allowsPassword(this.config, role))
      throw new Refusal(HttpStatus.FORBIDDEN, 'You sign in without a password here.', TO_ACCOUNT);
    if (!(await this.passwords.hasPassword(id)))
      throw new Refusal(
        HttpStatus.FORBIDDEN,
        'You have no password yet. Ask an administrator for a link that sets one.',
        TO_ACCOUNT,
      );
  }

  private page(request: Request, response: Response, { email }: Viewer, error?: string): void {
    const frame = this.frames.of(request, response);
    response.set(PAGE_HEADERS).send(passwordPage({ frame, email, error }));
  }
}

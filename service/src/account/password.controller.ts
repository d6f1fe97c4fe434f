import {
  Controller,
  ForbiddenException,
  Get,
  HttpStatus,
  Inject,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { PasswordChanges } from '../people/password-changes.js';
import { allowsPassword } from '../people/password-policy.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import type { User } from '../people/entities/user.entity.js';
import { noticePage } from '../web/notice.page.js';
import { passwordPage } from './pages/password.page.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { newPasswordProblem, PasswordDto } from '../sign-in/new-password.dto.js';
import { SignedInPerson } from '../sign-in/signed-in-person.js';
import { SignInThrottle } from '../sign-in/sign-in-throttle.js';

/** People change their own password. */
@Controller('account/password')
export class PasswordController {
  constructor(
    private readonly person: SignedInPerson,
    private readonly passwords: PasswordChanges,
    private readonly throttle: SignInThrottle,
    private readonly csrf: Csrf,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const person = await this.person.find(request);
    if (!person) return response.redirect(303, '/sign-in');
    await this.requirePassword(person.user);
    this.page(request, response, person.user);
  }

  @Post()
  @UseGuards(CsrfGuard)
  async change(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { user, session } = await this.person.require(request);
    await this.requirePassword(user);
    const refuse = (status: HttpStatus, error: string) =>
      this.page(request, response.status(status), user, error);
    const form = plainToInstance(PasswordDto, request.body as object);
    const problem = await newPasswordProblem(form);
    if (problem !== null) return refuse(HttpStatus.BAD_REQUEST, problem);
    const address = request.ip ?? '';
    const wait = await this.throttle.count(user.email, address);
    if (wait > 0) {
      response.set('Retry-After', String(wait));
      const sentence = `There were too many tries. Wait ${wait} seconds and try again.`;
      return refuse(HttpStatus.TOO_MANY_REQUESTS, sentence);
    }
    const outcome = await this.passwords.change(user, session.id, form);
    if (outcome === 'wrong') return refuse(HttpStatus.FORBIDDEN, 'The current password is wrong.');
    if (outcome === 'overtaken')
      return refuse(HttpStatus.CONFLICT, 'Your account has changed meanwhile. Try again.');
    await this.throttle.forgive(user.email, address);
    response.redirect(303, '/account/password/changed');
  }

  @Get('changed')
  changed(@Res() response: Response): void {
    const message =
      'You stay signed in here, and are signed out everywhere else. Applications you have connected stay connected.';
    response.set(PAGE_HEADERS).send(
      noticePage({
        title: 'Your password is changed',
        message,
        link: { href: '/account', text: 'Your account' },
      }),
    );
  }

  private async requirePassword({ id, role }: User): Promise<void> {
    if (!allowsPassword(this.config.signIn, role))
      throw new ForbiddenException('You sign in without a password here.');
    if (!(await this.passwords.hasPassword(id)))
      throw new ForbiddenException(
        'You have no password yet. Ask an administrator for a link that sets one.',
      );
  }

  private page(request: Request, response: Response, user: User, error?: string): void {
    const csrf = this.csrf.token(request, response);
    response.set(PAGE_HEADERS).send(passwordPage({ csrf, user, error }));
  }
}

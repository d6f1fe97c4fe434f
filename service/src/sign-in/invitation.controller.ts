import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { PageThrottler } from '../operations/page-throttler.js';
import { Invitations } from '../people/invitations.js';
import { allowsPassword } from '../people/password-policy.js';
import type { User } from '../people/entities/user.entity.js';
import { type LinkUse, UsedLinks } from '../people/used-links.js';
import { Users } from '../people/users.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { Invitation } from '../people/entities/invitation.entity.js';
import { IdentityProviders } from './providers/identity-providers.js';
import { invitationPage, type InvitationPageProps } from './pages/invitation.page.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { Anyone } from '../web/roles.js';
import { KnownBrowsers } from './known-browsers.js';
import { linkOver } from './link-over.js';
import { AcceptInvitationDto, newPasswordProblem } from './new-password.dto.js';
import { SignInSessions } from './sign-in-sessions.js';
import { href } from '../web/href.js';

/** Makes the account of somebody who is invited. */
@Controller('invitation')
@Anyone()
export class InvitationController {
  constructor(
    private readonly invitations: Invitations,
    private readonly used: UsedLinks,
    private readonly users: Users,
    private readonly sessions: SignInSessions,
    private readonly providers: IdentityProviders,
    private readonly browsers: KnownBrowsers,
    private readonly csrf: Csrf,
    private readonly config: SignInConfig,
    private readonly throttler: PageThrottler,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const token = formText(request.query['token']) ?? '';
    const invitation = await this.invitations.find(token);
    if (!invitation) return this.over(response);
    const { name } = invitation;
    this.page(request, response, invitation, { token, name: name ?? undefined });
  }

  @Post()
  @UseGuards(CsrfGuard)
  async accept(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = plainToInstance(AcceptInvitationDto, request.body as object);
    const token = formText(form.token) ?? '';
    const use = { token, browser: form.csrf };
    const invitation = await this.invitations.find(token);
    if (!invitation) return this.again(use, form, request, response);
    this.throttler.recognise(request, token);
    if (!allowsPassword(this.config, invitation.role))
      throw new Refusal(HttpStatus.FORBIDDEN, 'You sign in without a password here.', TO_SIGN_IN);
    const error = await newPasswordProblem(form, [invitation.email, form.name]);
    if (error !== null) {
      response.status(HttpStatus.BAD_REQUEST);
      return this.page(request, response, invitation, { token, name: formText(form.name), error });
    }
    const { name, password } = form;
    const user = await this.invitations.redeem(token, async ({ email, role }, manager) => {
      const added = await this.users.add({ name, email, password, role }, manager);
      await this.used.note(use, added.id, manager);
      return added;
    });
    if (!user) return this.again(use, form, request, response);
    await this.enter(user, request, response);
  }

  /** A second click: the browser has thrown away what the first one was answered. */
  private async again(
    use: LinkUse,
    { password }: AcceptInvitationDto,
    request: Request,
    response: Response,
  ): Promise<void> {
    const user = await this.used.find(use, formText(password) ?? '');
    if (user) await this.enter(user, request, response);
    else this.over(response);
  }

  private async enter(user: User, request: Request, response: Response): Promise<void> {
    this.browsers.remember(request, response, user.email);
    await this.sessions.begin({ userId: user.id, issuer: null }, request, response);
    response.redirect(303, href('/'));
  }

  private page(
    request: Request,
    response: Response,
    { email, role }: Invitation,
    more: Pick<InvitationPageProps, 'token' | 'name' | 'error'>,
  ): void {
    const csrf = this.csrf.token(request, response);
    const passwords = allowsPassword(this.config, role);
    const providers = this.providers.buttons;
    response.set(PAGE_HEADERS).send(invitationPage({ csrf, email, providers, passwords, ...more }));
  }

  private over(response: Response): void {
    linkOver(
      response,
      'It was used, is too old, or was taken back. Ask an administrator for a new one.',
      'This invitation no longer works',
    );
  }
}

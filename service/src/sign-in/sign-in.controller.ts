import { Controller, Get, HttpStatus, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpInteractions } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { Session } from '../people/entities/session.entity.js';
import type { User } from '../people/entities/user.entity.js';
import { IdentityProviders } from './providers/identity-providers.js';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { noticePage } from '../web/notice.page.js';
import { signInPage } from './pages/sign-in.page.js';
import { Anyone } from '../web/roles.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { type Destination, Destinations } from './destination.js';
import { KnownBrowsers } from './known-browsers.js';
import { LocalSignInGuard } from './local-sign-in.guard.js';
import { formText } from '../web/form-text.js';
import { SignInFilter } from './sign-in.filter.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInSessions } from './sign-in-sessions.js';

/** Signing in and out, and the page in between. */
@Controller()
@Anyone()
export class SignInController {
  constructor(
    private readonly interactions: McpInteractions,
    private readonly sessions: SignInSessions,
    private readonly csrf: Csrf,
    private readonly destinations: Destinations,
    private readonly browsers: KnownBrowsers,
    private readonly completion: SignInCompletion,
    private readonly providers: IdentityProviders,
    private readonly audit: AuditTrail,
    private readonly metrics: ServiceMetrics,
    private readonly config: SignInConfig,
  ) {}

  @Get('sign-in')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.page(request, response, HttpStatus.OK, this.destinations.read(request.query));
  }

  @Post('sign-in')
  @UseGuards(CsrfGuard, LocalSignInGuard)
  @UseFilters(SignInFilter)
  async signIn(@Req() request: Request & { user?: User }, @Res() response: Response): Promise<void> {
    const form = request.body as Record<string, unknown>;
    const destination = this.destinations.read(form);
    if (!request.user) {
      this.metrics.signInEnded('password', 'refused');
      return this.page(request, response, HttpStatus.UNAUTHORIZED, destination, {
        email: formText(form['email']),
        error: 'The email or the password is wrong.',
      });
    }
    const { id: userId, email, passwordChangedAt } = request.user;
    this.browsers.remember(request, response, email);
    await this.completion.complete(
      { userId, issuer: null, passwordChangedAt },
      destination,
      request,
      response,
    );
  }

  @Post('sign-out')
  @UseGuards(CsrfGuard)
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    const session = await this.sessions.find(request);
    await this.sessions.end(request, response);
    if (session) this.recordSignOut(session);
    const elsewhere = session?.issuer && (await this.providers.signOutUrl(session.issuer));
    if (elsewhere) return response.redirect(303, elsewhere);
    response.set(PAGE_HEADERS).send(
      noticePage({
        title: 'Signed out',
        message: 'You are signed out in this browser. Applications you have connected stay connected.',
        link: { path: '/sign-in', text: 'Sign in again' },
      }),
    );
  }

  private recordSignOut({ id: sessionId, userId }: Session): void {
    this.audit.record({ action: 'sign-out', outcome: 'success', userId, detail: { sessionId } });
  }

  /** The sign-in page, for the authorization under way when there is one. */
  async page(
    request: Request,
    response: Response,
    status: number,
    destination: Destination,
    problem: { email?: string; error?: string } = {},
  ): Promise<void> {
    const { interaction } = destination;
    const about = interaction === undefined ? null : await this.interactions.describe(request, interaction);
    const csrf = this.csrf.token(request, response);
    response.status(status).set(PAGE_HEADERS);
    response.send(
      signInPage({
        csrf,
        ...destination,
        email: problem.email ?? about?.loginHint ?? undefined,
        error: problem.error,
        clientName: about?.clientName,
        redirectHost: about?.redirectHost,
        resourceName: about?.resourceName,
        providers: this.providers.buttons,
        passwords: this.config.passwords !== 'off',
      }),
    );
  }
}

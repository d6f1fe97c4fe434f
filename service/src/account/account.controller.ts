import { Controller, Get, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { PasswordChanges } from '../people/password-changes.js';
import { allowsPassword } from '../people/password-policy.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import type { User } from '../people/entities/user.entity.js';
import { Federation } from '../sign-in/providers/federation.js';
import { IdentityProviders, type ProviderButton } from '../sign-in/providers/identity-providers.js';
import { accountPage } from './pages/account.page.js';
import { Csrf } from '../web/csrf.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { OpenSessions } from './open-sessions.js';
import { SignedInPerson } from '../sign-in/signed-in-person.js';

/** People look after their own account. */
@Controller('account')
export class AccountController {
  constructor(
    private readonly person: SignedInPerson,
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly passwords: PasswordChanges,
    private readonly providers: IdentityProviders,
    private readonly federation: Federation,
    private readonly csrf: Csrf,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const person = await this.person.find(request);
    if (!person) return response.redirect(303, '/sign-in');
    const { user, session } = person;
    const [sessions, connections, providers, hasPassword] = await Promise.all([
      this.sessions.ofUser(user.id),
      this.connections.ofUser(user.id),
      this.unconnected(user),
      this.passwords.hasPassword(user.id),
    ]);
    const page = accountPage({
      csrf: this.csrf.token(request, response),
      user,
      current: session.id,
      sessions,
      connections,
      providers,
      passwords: hasPassword && allowsPassword(this.config.signIn, user.role),
    });
    response.set(PAGE_HEADERS).send(page);
  }

  @Post('sessions/end')
  @UseGuards(CsrfGuard)
  async endSession(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { user } = await this.person.require(request);
    const { id } = request.body as Record<string, unknown>;
    await this.sessions.end(user.id, formText(id) ?? '');
    response.redirect(303, '/account');
  }

  @Post('sessions/end-others')
  @UseGuards(CsrfGuard)
  async endOtherSessions(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { session } = await this.person.require(request);
    await this.sessions.endOthers(session);
    response.redirect(303, '/account');
  }

  /** The providers that this user may still connect. */
  private async unconnected({ id }: User): Promise<ProviderButton[]> {
    if (this.providers.all.length === 0) return [];
    const issuers = await this.federation.issuers(id);
    return this.providers.all
      .filter(({ config }) => !issuers.includes(config.issuer))
      .map(({ config }) => config);
  }
}

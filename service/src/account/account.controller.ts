import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { PasswordChanges } from '../people/password-changes.js';
import { allowsPassword } from '../people/password-policy.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { Identities } from '../people/identities.js';
import type { ProviderButton } from '../sign-in/providers/identity-providers.js';
import { accountPage } from './pages/account.page.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { OpenSessions } from '../people/open-sessions.js';

/** People look after their own account. */
@Controller('account')
@InNavigation({ text: 'Account', place: 2 })
@SignedIn()
export class AccountController {
  constructor(
    private readonly sessions: OpenSessions,
    private readonly connections: McpConnections,
    private readonly passwords: PasswordChanges,
    private readonly identities: Identities,
    private readonly frames: Frames,
    private readonly config: SignInConfig,
  ) {}

  @Get()
  async show(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    const [sessions, connections, providers, hasPassword] = await Promise.all([
      this.sessions.ofUser(viewer.id),
      this.connections.ofUser(viewer.subject),
      this.unconnected(viewer),
      this.passwords.hasPassword(viewer.id),
    ]);
    const page = accountPage({
      frame: this.frames.of(request, response),
      viewer,
      sessions,
      connections,
      providers,
      passwords: hasPassword && allowsPassword(this.config, viewer.role),
    });
    response.set(PAGE_HEADERS).send(page);
  }

  @Post('sessions/end')
  @UseGuards(CsrfGuard)
  async endSession(
    @Viewer() viewer: Viewer,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = request.body as Record<string, unknown>;
    await this.sessions.end(viewer.id, formText(id) ?? '');
    response.redirect(303, '/account');
  }

  @Post('sessions/end-others')
  @UseGuards(CsrfGuard)
  async endOtherSessions(@Viewer() viewer: Viewer, @Res() response: Response): Promise<void> {
    await this.sessions.endOthers(viewer.id, viewer.sessionId);
    response.redirect(303, '/account');
  }

  /** The providers that this person may still connect. */
  private async unconnected({ id }: Viewer): Promise<ProviderButton[]> {
    const { providers } = this.config;
    if (providers.length === 0) return [];
    const identities = await this.identities.ofUser(id);
    return providers.filter(({ issuer }) => !identities.some((one) => one.issuer === issuer));
  }
}

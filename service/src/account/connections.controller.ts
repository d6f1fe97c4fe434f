import { Controller, ForbiddenException, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { SignInSessions } from '../sign-in/sign-in-sessions.js';

/** People disconnect the applications they have connected. */
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly connections: McpConnections,
    private readonly sessions: SignInSessions,
  ) {}

  /** One that is over, or somebody else's, is left as it is. */
  @Post('end')
  @UseGuards(CsrfGuard)
  async end(@Req() request: Request, @Res() response: Response): Promise<void> {
    const session = await this.sessions.find(request);
    if (!session) throw new ForbiddenException('You are not signed in any more. Sign in first.');
    const { grantId } = request.body as Record<string, unknown>;
    await this.connections.end(session.userId, formText(grantId) ?? '');
    response.redirect(303, '/account');
  }
}

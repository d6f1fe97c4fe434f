import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { CsrfGuard } from '../web/csrf.guard.js';
import { rowId } from '../web/row-id.js';
import { SignedIn } from '../web/roles.js';
import { StatusLine } from '../web/status-line.js';
import { Viewer } from '../web/viewer.js';

/** People disconnect the applications they have connected. */
@Controller('connections')
@SignedIn()
export class ConnectionsController {
  constructor(
    private readonly connections: McpConnections,
    private readonly statusLine: StatusLine,
  ) {}

  /** One that is over, or somebody else's, is left as it is. */
  @Post('end')
  @UseGuards(CsrfGuard)
  async end(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { grantId } = request.body as Record<string, unknown>;
    await this.connections.end(viewer.subject, rowId(grantId) ?? '');
    this.statusLine.goOn(
      response,
      '/account',
      'The application is disconnected. To use it again, connect it again.',
    );
  }
}

import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthGuard, McpSession, RequireScopes, ToolScopes } from 'nestjs-mcp-auth';
import { Anyone } from '../web/roles.js';
import { Unlimited } from '../web/unlimited.js';
import { McpWithoutSessions } from '../web/mcp-without-sessions.js';
import { RebindingGuard } from '../web/rebinding.guard.js';

/** The example MCP server: Streamable HTTP, without sessions of its own. */
@Controller('mcp')
@Anyone()
@Unlimited()
@UseGuards(RebindingGuard, McpAuthGuard)
export class ExampleController extends McpWithoutSessions {
  @Post()
  @RequireScopes('mcp:tools')
  @ToolScopes({ delete_note: ['notes:delete'] })
  async handle(
    @McpSession() session: McpSession,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // The SDK is loaded by the first call: nothing else needs it, and the service answers sooner.
    const { answer } = await import('./answer.js');
    await answer(session, request, response);
  }
}

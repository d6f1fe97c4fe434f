import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { McpAuthGuard, McpSession, ToolScopes } from 'nestjs-mcp-auth';
import { ADMIN_MCP_PATH } from '../../config/admin-servers.js';
import { Author } from '../../web/author.js';
import { McpWithoutSessions } from '../../web/mcp-without-sessions.js';
import { RebindingGuard } from '../../web/rebinding.guard.js';
import { Anyone } from '../../web/roles.js';
import { Unlimited } from '../../web/unlimited.js';
import { AuthorGuard } from '../author.guard.js';
import { TOOL_SCOPES } from './tool-scopes.js';
import { ToolServices } from './tool-services.js';

const SCOPES = Object.fromEntries(Object.entries(TOOL_SCOPES).map(([name, scope]) => [name, [scope]]));

/** Administration as an MCP server: Streamable HTTP, without sessions of its own. */
@Controller(ADMIN_MCP_PATH.slice(1))
@Anyone()
@Unlimited()
@UseGuards(RebindingGuard, McpAuthGuard, AuthorGuard)
@ApiExcludeController()
export class AdminMcpController extends McpWithoutSessions {
  constructor(private readonly services: ToolServices) {
    super();
  }

  @Post()
  @ToolScopes(SCOPES)
  async handle(
    @McpSession() session: McpSession,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // The SDK is loaded by the first call: nothing else needs it, and the service answers sooner.
    const { answer } = await import('./answer.js');
    await answer(session, { author, services: this.services }, request, response);
  }
}

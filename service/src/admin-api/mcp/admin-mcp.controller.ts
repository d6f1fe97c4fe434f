import { Controller, Delete, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { McpAuthGuard, McpSession, ToolScopes } from 'nestjs-mcp-auth';
import { ADMIN_MCP_PATH } from '../../config/admin-servers.js';
import { Author } from '../../web/author.js';
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
export class AdminMcpController {
  constructor(private readonly services: ToolServices) {}

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

  /** Without sessions there is no stream to open and nothing to end (MCP 2025-11-25, Streamable HTTP). */
  @Get()
  stream(@Res() response: Response): void {
    notAllowed(response);
  }

  @Delete()
  end(@Res() response: Response): void {
    notAllowed(response);
  }
}

function notAllowed(response: Response): void {
  response
    .status(HttpStatus.METHOD_NOT_ALLOWED)
    .set('Allow', 'POST')
    .json({ jsonrpc: '2.0', error: { code: -32_000, message: 'Method not allowed.' }, id: null });
}

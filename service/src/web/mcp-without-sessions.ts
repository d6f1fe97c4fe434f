import { Delete, Get, HttpStatus, Res } from '@nestjs/common';
import type { Response } from 'express';

/** An MCP server without sessions: there is no stream to open and nothing to end (MCP 2025-11-25, Streamable HTTP). */
export abstract class McpWithoutSessions {
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

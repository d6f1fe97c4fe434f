import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Request, Response } from 'express';
import type { McpSession } from 'nestjs-mcp-auth';
import { createExampleServer } from './server.js';

const handle = toNodeHandler(
  createMcpHandler(({ authInfo }) => createExampleServer(authInfo?.extra?.['session'] as McpSession)),
);

/**
 * Answers one request to the example MCP server, by a server of its own: MCP 2026-07-28, and the revisions before it
 * without sessions. A stream ends with its token.
 */
export async function answer({ signal }: McpSession, request: Request, response: Response): Promise<void> {
  const end = () => response.destroy();
  if (signal.aborted) return void end();
  signal.addEventListener('abort', end);
  response.once('close', () => signal.removeEventListener('abort', end));
  await handle(request, response, request.body);
}

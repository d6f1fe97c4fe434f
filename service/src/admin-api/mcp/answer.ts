import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Request, Response } from 'express';
import type { McpSession } from 'nestjs-mcp-auth';
import type { Author } from '../../web/author.js';
import { createAdminServer } from './admin-mcp-server.js';
import type { ToolServices } from './tool-services.js';

interface Caller {
  author: Author;
  services: ToolServices;
}

const callers = new WeakMap<object, Caller>();

const handle = toNodeHandler(
  createMcpHandler(({ authInfo }) => {
    const caller = callers.get(authInfo?.extra?.['session'] as McpSession);
    if (!caller) throw new Error('A call of the admin MCP server has no author.');
    return createAdminServer(caller.services, caller.author);
  }),
);

/** Answers one request, by a server of its own. A stream ends with its token. */
export async function answer(
  session: McpSession,
  caller: Caller,
  request: Request,
  response: Response,
): Promise<void> {
  callers.set(session, caller);
  const end = () => response.destroy();
  if (session.signal.aborted) return void end();
  session.signal.addEventListener('abort', end);
  response.once('close', () => session.signal.removeEventListener('abort', end));
  await handle(request, response, request.body);
}

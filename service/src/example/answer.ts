import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Request, Response } from 'express';
import type { McpSession } from 'nestjs-mcp-auth';
import { createExampleServer } from './tools.js';

/** Answers one request to the example MCP server, by a server and a transport of its own. */
export async function answer(session: McpSession, request: Request, response: Response): Promise<void> {
  const server = createExampleServer(session);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

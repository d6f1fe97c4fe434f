import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { McpSession } from 'nestjs-mcp-auth';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** The example MCP server's tools, for one request. */
export function createExampleServer(session: McpSession): McpServer {
  const server = new McpServer({ name: 'nestjs-mcp-auth example', version: '1.0.0' });

  server.registerTool(
    'echo',
    { description: 'Answers with the message.', inputSchema: { message: z.string().max(10_000) } },
    ({ message }) => text(message),
  );

  server.registerTool('whoami', { description: 'Says who is calling, and with what.' }, () => {
    const { userId, clientId, scopes, resource, expiresAt } = session;
    return text(JSON.stringify({ userId, clientId, scopes, resource, expiresAt }, null, 2));
  });

  server.registerTool(
    'delete_note',
    {
      description: 'Deletes a note. Needs the scope notes:delete, which is asked for when it is needed.',
      inputSchema: { id: z.string().max(200) },
      annotations: { destructiveHint: true },
    },
    ({ id }) => text(`The note ${id} is deleted.`),
  );

  return server;
}

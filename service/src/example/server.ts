import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import type { McpSession } from 'nestjs-mcp-auth';
import { z } from 'zod';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const NOTE = z.string().max(200);

/** The example MCP server, for one request. */
export function createExampleServer(session: McpSession): McpServer {
  const server = new McpServer({ name: 'nestjs-mcp-auth example', version: '1.0.0' });

  server.registerTool(
    'echo',
    {
      description: 'Answers with the message.',
      inputSchema: z.object({ message: z.string().max(10_000) }),
    },
    ({ message }) => text(message),
  );

  server.registerTool('whoami', { description: 'Says who is calling, and with what.' }, () => {
    const { userId, clientId, scopes, resource, expiresAt } = session;
    return text(JSON.stringify({ userId, clientId, scopes, resource, expiresAt }, null, 2));
  });

  // Seen by everybody, so that a client asks for the scope when somebody wants to delete a note.
  server.registerTool(
    'delete_note',
    {
      description: 'Deletes a note. Needs the scope notes:delete, which is asked for when it is needed.',
      inputSchema: z.object({ id: NOTE }),
      annotations: { destructiveHint: true },
    },
    ({ id }) => text(`The note ${id} is deleted.`),
  );

  server.registerResource(
    'note',
    new ResourceTemplate('note://{id}', { list: undefined }),
    { description: 'A note.', mimeType: 'text/plain' },
    ({ href }, { id }) => ({
      contents: [{ uri: href, mimeType: 'text/plain', text: `The note ${String(id)} of ${session.userId}.` }],
    }),
  );

  server.registerPrompt(
    'summarize_note',
    { description: 'Asks for a summary of a note.', argsSchema: z.object({ id: NOTE }) },
    ({ id }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Summarize note://${id} in a sentence.` } }],
    }),
  );

  return server;
}

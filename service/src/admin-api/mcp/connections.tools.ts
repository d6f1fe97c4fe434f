import { z } from 'zod';
import { UNUSED_FOR } from '../../clients/connections.dto.js';
import { ChangeRefused } from '../../people/change-refused.js';
import { connectionPageBody } from '../connections/connection.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT, TIME_INPUT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

const SELECTION = z.object({
  person: TEXT(254).optional().describe('Their whole email, id or subject.'),
  client: TEXT(2_000).optional().describe('The client_id of an application, or a part of its name.'),
  server: TEXT(2_000).optional().describe('Identifier (URL) of the MCP server.'),
  scope: TEXT(200).optional(),
  unused: z.literal(UNUSED_FOR).optional().describe('Not used in so many days.'),
});

/** Who can reach what with which application, and the end of it. */
export function connectionTools({ connections }: ToolServices) {
  return [
    adminTool({
      name: 'list_connections',
      description:
        'Lists who can reach which MCP server with which application, the last used first, forty at most. All filters count together.',
      kind: 'reads',
      input: SELECTION,
      run: async (selection) => {
        const { items, next, count } = connectionPageBody(await connections.list(selection));
        return { connections: items, count, more: next !== null };
      },
    }),
    adminTool({
      name: 'count_connections',
      description:
        'Counts the connections that revoke_connections would end: tell the person the number before.',
      kind: 'reads',
      input: SELECTION,
      run: async (selection) => {
        const { grants, people, at } = await connections.count(selection);
        return { connections: grants, people, at: at.toISOString() };
      },
    }),
    adminTool({
      name: 'revoke_connections',
      description:
        'Ends the connections that count_connections has counted with the same filters, at once and for good. Where they are more by now, none ends. People are asked anew when they connect again.',
      kind: 'destructive',
      input: SELECTION.extend({
        connections: z.int().min(0).describe('As count_connections has said.'),
        at: TIME_INPUT.describe('As count_connections has said.'),
      }),
      run: async ({ connections: grants, at, ...selection }, author) => ({
        ended: await connections.end(author, selection, { grants, at: new Date(at) }),
      }),
    }),
    adminTool({
      name: 'end_connection',
      description: 'Ends one connection, at once and for good.',
      kind: 'destructive',
      input: z.object({ grantId: z.uuid().describe('As list_connections says.') }),
      run: async ({ grantId }, author) => {
        const ended = await connections.end(author, { grant: grantId });
        if (ended === 0) throw new ChangeRefused('There is no such connection any more.');
        return { ended };
      },
    }),
  ];
}

import { z } from 'zod';
import { everyAccessBody, LONGEST_EMAIL, LONGEST_URL, serverAccessBody } from '../access/access.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

/** What somebody could do, before they try. */
export function accessTools({ dryRun }: ToolServices) {
  return [
    adminTool({
      name: 'try_access',
      description:
        'Says what a person may do with an application at one MCP server, or at each, and which rule says so. Changes nothing.',
      kind: 'reads',
      asksStrangers: true,
      input: z.object({
        email: TEXT(LONGEST_EMAIL).describe('Of the person.'),
        server: TEXT(LONGEST_URL).optional().describe('Identifier (URL) of one MCP server; all without it.'),
        client: TEXT(LONGEST_URL)
          .optional()
          .describe(
            'client_id of the application, or where it sends people back to; any that no rule names without it.',
          ),
      }),
      run: async ({ email, server, client = '' }) => {
        if (server === undefined)
          return { servers: everyAccessBody(await dryRun.everywhere({ email, client })) };
        return { servers: [serverAccessBody(server, await dryRun.ask({ email, resource: server, client }))] };
      },
    }),
  ];
}

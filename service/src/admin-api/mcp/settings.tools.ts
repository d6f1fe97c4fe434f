import { z } from 'zod';
import { settingsBody } from '../settings/settings.body.js';
import { adminTool } from './admin-tool.js';
import type { ToolServices } from './tool-services.js';

/** What the company sets, and the end of every sign-in session. */
export function settingsTools({ settings, signOuts }: ToolServices) {
  return [
    adminTool({
      name: 'get_settings',
      description:
        'Shows the settings: name, colour and links of the company, and how many seconds sign-in sessions live.',
      kind: 'reads',
      input: z.object({}),
      run: async () => settingsBody(await settings.read()),
    }),
    adminTool({
      name: 'sign_everyone_out',
      description:
        'Ends the sign-in session of everybody in every browser, at once. With `disconnect`, everything that people have connected ends too, and they connect and agree anew; service accounts go on.',
      kind: 'destructive',
      input: z.object({
        disconnect: z.boolean().describe('Whether the connections of all people end, too.'),
      }),
      run: ({ disconnect }, author) => signOuts.everybody(author, disconnect),
    }),
  ];
}

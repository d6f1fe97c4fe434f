import { z } from 'zod';
import { ChangeRefused } from '../../people/change-refused.js';
import { settingsBody, signOutCountBody } from '../settings/settings.body.js';
import { adminTool } from './admin-tool.js';
import { TIME_INPUT } from './tool-input.js';
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
      name: 'count_sign_outs',
      description:
        'Counts the sign-in sessions and the connections of people that sign_everyone_out would end: tell the person the numbers before.',
      kind: 'reads',
      input: z.object({}),
      run: async () => signOutCountBody(await signOuts.count()),
    }),
    adminTool({
      name: 'sign_everyone_out',
      description:
        'Ends the sign-in session of everybody in every browser, at once. With `disconnect`, everything that people have connected ends too, and they connect and agree anew; service accounts go on. That takes what count_sign_outs has counted within the last ten minutes; where they were more, nothing ends.',
      kind: 'destructive',
      input: z.object({
        disconnect: z.boolean().describe('Whether the connections of all people end, too.'),
        connections: z.int().min(0).optional().describe('With `disconnect`: as count_sign_outs has said.'),
        at: TIME_INPUT.optional().describe('With `disconnect`: as count_sign_outs has said.'),
      }),
      run: async ({ disconnect, connections, at }, author) => {
        if (!disconnect) return signOuts.everybody(author, null);
        if (connections === undefined || at === undefined)
          throw new ChangeRefused('Give `connections` and `at`, which count_sign_outs says.');
        return signOuts.everybody(author, { grants: connections, at: new Date(at) });
      },
    }),
  ];
}

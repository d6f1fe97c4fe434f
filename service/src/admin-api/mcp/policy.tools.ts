import { z } from 'zod';
import { ruleBody } from '../policy/rule.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

/** Who may use what. */
export function policyTools({ rules }: ToolServices) {
  return [
    adminTool({
      name: 'who_can_reach',
      description:
        'Says whom the rules let use an MCP server: groups, scopes, kinds of applications, until when.',
      kind: 'reads',
      input: z.object({ server: TEXT(2_000).describe('Identifier (URL) of the MCP server.') }),
      run: async ({ server }) => {
        const all = await rules.all();
        return { rules: all.filter(({ resource }) => resource === server).map(ruleBody) };
      },
    }),
  ];
}

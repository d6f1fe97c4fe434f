import { z } from 'zod';
import { ACTIONS, OUTCOMES } from '../../console/audit/audit-search.dto.js';
import { auditEventBody } from '../audit/audit-event.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT, TIME_INPUT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

/** The record of every decision. */
export function auditTools({ audit, questions }: ToolServices) {
  return [
    adminTool({
      name: 'search_audit',
      description:
        'Searches the record of every decision, the newest first, fifty at most. All filters count together.',
      kind: 'reads',
      input: z.object({
        action: z.enum(ACTIONS as [string, ...string[]]).optional(),
        outcome: z.enum(OUTCOMES).optional(),
        person: TEXT(254)
          .optional()
          .describe('Email, id or subject of who acted, or of whom it was done to.'),
        clientId: TEXT(2_000).optional(),
        requestId: TEXT(128).optional(),
        since: TIME_INPUT.optional(),
        until: TIME_INPUT.optional(),
      }),
      run: async (question) => {
        const { rows, next } = await audit.page(await questions.understand(question));
        return { events: rows.map(auditEventBody), more: next !== null };
      },
    }),
  ];
}

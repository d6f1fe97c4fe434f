import { z } from 'zod';
import { BY_EMAIL } from '../../people/people.js';
import { personBody } from '../people/person.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

/** People. */
export function peopleTools({ people }: ToolServices) {
  return [
    adminTool({
      name: 'find_person',
      description:
        'Finds people by a part of their name or email: who they are, their role, how they sign in.',
      kind: 'reads',
      input: z.object({ search: TEXT(100) }),
      run: async ({ search }) => {
        const { rows, next } = await people.list({ filter: { search }, sorting: BY_EMAIL });
        return { people: rows.map(personBody), more: next !== null };
      },
    }),
  ];
}

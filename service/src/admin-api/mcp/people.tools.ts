import { z } from 'zod';
import { ChangeRefused } from '../../people/change-refused.js';
import { BY_EMAIL } from '../../people/people.js';
import { connectionBody } from '../people/connection.body.js';
import { personBody } from '../people/person.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

const PERSON = TEXT(254).describe('Their email, id or subject.');

/** People, and what they have connected. */
export function peopleTools({ people, users, connections, changes }: ToolServices) {
  const one = async (person: string) => {
    const [user, ...others] = await users.named(person);
    if (!user) throw new ChangeRefused('There is nobody of this email, id or subject.');
    if (others.length > 0) throw new ChangeRefused('This means several people: give an id.');
    return user;
  };
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
    adminTool({
      name: 'list_connections',
      description: 'Lists the applications that a person has connected to MCP servers, the last used first.',
      kind: 'reads',
      input: z.object({ person: PERSON }),
      run: async ({ person }) => {
        const { subject } = await one(person);
        return { connections: (await connections.ofUser(subject)).map(connectionBody) };
      },
    }),
    adminTool({
      name: 'revoke_connections',
      description:
        'Ends what a person has connected, at once and for good: one connection, or all of them. They are asked anew when they connect again.',
      kind: 'destructive',
      input: z.object({
        person: PERSON,
        grantId: z.uuid().optional().describe('Of one connection; all of them without it.'),
      }),
      run: async ({ person, grantId }, author) => {
        const { id, subject } = await one(person);
        const before = await connections.ofUser(subject);
        await changes.disconnect(author, id, grantId);
        const after = await connections.ofUser(subject);
        return { ended: before.length - after.length, left: after.length };
      },
    }),
  ];
}

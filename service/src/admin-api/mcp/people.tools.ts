import { z } from 'zod';
import { ChangeRefused } from '../../people/change-refused.js';
import { BY_EMAIL, type Person } from '../../people/people.js';
import { expectation } from '../entity-tag.js';
import { personState } from '../../people/person-state.js';
import { personBody } from '../people/person.body.js';
import { providerBody } from '../providers/provider.body.js';
import { adminTool } from './admin-tool.js';
import { ETAG_INPUT, TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';
import { withTag } from './with-tag.js';

const PERSON = z.uuid().describe('Id of the person, by find_person.');

/** People. No tool gives anybody a role, an address or an account: that is for pages and for REST. */
export function peopleTools({ people, accounts, providers }: ToolServices) {
  const shown = async (id: string) => {
    const person = await people.find(id);
    if (!person) throw new ChangeRefused('There is no such person any more.');
    return tagged(person);
  };
  return [
    adminTool({
      name: 'find_person',
      description:
        'Finds people by a part of their name or email: who they are, their role, how they sign in, and the etag that disable_person wants.',
      kind: 'reads',
      input: z.object({ search: TEXT(100) }),
      run: async ({ search }) => {
        const { rows, next } = await people.list({ filter: { search }, sorting: BY_EMAIL });
        return { people: rows.map(tagged), more: next !== null };
      },
    }),
    adminTool({
      name: 'disable_person',
      description:
        'Disables an account, as of somebody who has left: its sign-in sessions and connections end at once, and nobody signs in to it.',
      kind: 'destructive',
      input: z.object({ id: PERSON, etag: ETAG_INPUT }),
      run: async ({ id, etag }, author) => {
        await accounts.disable(author, id, expectation(etag, personState));
        return shown(id);
      },
    }),
    adminTool({
      name: 'sign_out_person',
      description:
        'Ends the sign-in sessions of a person in every browser. What they have connected lives on.',
      kind: 'destructive',
      input: z.object({ id: PERSON }),
      run: async ({ id }, author) => {
        await accounts.endSessions(author, id);
        return shown(id);
      },
    }),
    adminTool({
      name: 'list_providers',
      description:
        'Lists the identity providers: whether their metadata can be read, and who was let in and refused last.',
      kind: 'reads',
      input: z.object({}),
      run: async () => ({ providers: (await providers.list()).map(providerBody) }),
    }),
  ];
}

function tagged(person: Person) {
  return withTag(personBody(person), personState(person.user));
}

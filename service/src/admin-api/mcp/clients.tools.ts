import { CLIENT_KINDS } from 'nestjs-mcp-auth/service-kit';
import { z } from 'zod';
import type { ChangedClient, ClientAdministration } from '../../clients/client-administration.js';
import { unchangedSince } from '../../clients/client-expectation.js';
import { clientDetailBody, clientPageBody } from '../clients/client.body.js';
import { adminTool } from './admin-tool.js';
import { TEXT, TIME_INPUT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';

const CLIENT = TEXT(2_000).describe('Its id, or its client_id.');
const SEEN = TIME_INPUT.describe(
  'updatedAt of what you have seen: where it has changed since, nothing is done.',
);
const SEARCH = TEXT(200).optional().describe('A part of the name, of the id or of a redirect URI.');
const BY_NAME = { sorting: { by: 'name', descending: false } } as const;

/** Applications and service accounts. None of the tools answers a secret, which would stay in a transcript. */
export function clientTools({ clients }: ToolServices) {
  return [
    adminTool({
      name: 'find_client',
      description:
        'Finds applications and service accounts: where each is from, the domain that vouches for it, where it returns to, who uses it. What one calls itself proves nothing.',
      kind: 'reads',
      input: z.object({
        search: SEARCH,
        kind: z.enum(CLIENT_KINDS).optional(),
        state: z.enum(['allowed', 'blocked']).optional(),
      }),
      run: async ({ search, kind, state }) => {
        const filter = { search, kind, disabled: state && state === 'blocked' };
        return found(await clients.list({ filter, ...BY_NAME }));
      },
    }),
    adminTool({
      name: 'list_service_accounts',
      description: 'Lists service accounts with the servers and scopes that are the most they may have.',
      kind: 'reads',
      input: z.object({ search: SEARCH }),
      run: async ({ search }) =>
        found(await clients.list({ filter: { search, kind: 'service-account' }, ...BY_NAME })),
    }),
    adminTool({
      name: 'get_client',
      description: 'Says all about one application or service account, and how many connections end with it.',
      kind: 'reads',
      input: z.object({ client: CLIENT }),
      run: async ({ client }) => shown(clients, client),
    }),
    adminTool({
      name: 'block_client',
      description:
        'Ends all that an application has, at once and for everybody, and keeps it out until it is unblocked.',
      kind: 'destructive',
      input: z.object({ client: CLIENT }),
      run: async ({ client }, author) => {
        const { id } = await clients.named(client);
        return body(await clients.block(author, id));
      },
    }),
    adminTool({
      name: 'unblock_client',
      description: 'Lets a blocked application ask again. What was ended stays so.',
      kind: 'changes',
      input: z.object({ client: CLIENT, updatedAt: SEEN }),
      run: async ({ client, updatedAt }, author) => {
        const { id } = await clients.named(client);
        return body(await clients.unblock(author, id, unchangedSince(new Date(updatedAt))));
      },
    }),
    adminTool({
      name: 'delete_client',
      description:
        'Ends all that an application or a service account has, and forgets it for good. To keep one out that can come back, block it instead.',
      kind: 'destructive',
      input: z.object({ client: CLIENT, updatedAt: SEEN }),
      run: async ({ client, updatedAt }, author) => {
        const { id, clientId } = await clients.named(client);
        await clients.delete(author, id, unchangedSince(new Date(updatedAt)));
        return { deleted: clientId };
      },
    }),
  ];
}

function found(list: Awaited<ReturnType<ClientAdministration['list']>>) {
  const { items, next, count } = clientPageBody(list);
  return { clients: items, count, more: next !== null };
}

async function shown(clients: ClientAdministration, name: string) {
  const client = await clients.named(name);
  return body({ client, holdings: await clients.holdings(client) });
}

function body({ client, holdings }: ChangedClient) {
  return clientDetailBody(client, holdings);
}

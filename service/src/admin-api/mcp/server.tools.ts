import { z } from 'zod';
import { SIGNING_ALGORITHMS } from 'nestjs-mcp-auth';
import { MOST_SCOPES } from '../../servers/server-draft.js';
import type { Server } from '../../servers/server-changes.js';
import { expectation } from '../entity-tag.js';
import { checkBody, draftOf, SERVER_LIMITS, serverBody } from '../servers/server.body.js';
import { adminTool } from './admin-tool.js';
import { ETAG_INPUT, TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';
import { withTag } from './with-tag.js';

const SERVER = TEXT(SERVER_LIMITS.identifier).describe('Identifier (URL) of the MCP server.');
const SCOPE = TEXT(SERVER_LIMITS.scope);

const DEFINITION = {
  identifier: SERVER,
  name: TEXT(SERVER_LIMITS.name).describe('What people read.'),
  scopes: z
    .record(SCOPE, z.string())
    .describe('Scopes, each with the words that people read. None: whoever may use it may use all of it.'),
  challengeScopes: z.array(SCOPE).max(MOST_SCOPES).optional().describe('Asked for first. Default: all.'),
  scopeHierarchy: z
    .record(SCOPE, z.array(SCOPE))
    .optional()
    .describe('Broader scopes, each with those that it includes.'),
  accessTokenExpiresIn: z
    .int()
    .nullish()
    .describe('Seconds that its tokens live. Default: as the service says.'),
  signingAlgorithm: z.enum(SIGNING_ALGORITHMS).nullish().describe('Default: what the service signs with.'),
};

/** The MCP servers that this service guards. */
export function serverTools({ servers, serverCheck }: ToolServices) {
  return [
    adminTool({
      name: 'list_servers',
      description:
        'Lists MCP servers, forty at most: their addresses, scopes, whether they are enabled, and their etags.',
      kind: 'reads',
      input: z.object({ search: TEXT(200).optional().describe('A part of the name or of the address.') }),
      run: async ({ search }) => {
        const { rows, next } = servers.page(search);
        return { servers: rows.map(tagged), more: next !== null };
      },
    }),
    adminTool({
      name: 'check_server',
      description:
        'Asks an MCP server what a client asks first, and says what a client will see. Changes nothing.',
      kind: 'reads',
      asksStrangers: true,
      input: z.object({ server: SERVER }),
      run: async ({ server }) => checkBody(await serverCheck.look(servers.find(server))),
    }),
    adminTool({
      name: 'add_server',
      description: 'Adds an MCP server. Nobody may use it until a rule says so.',
      kind: 'changes',
      input: z.object(DEFINITION),
      run: async ({ identifier, ...body }, author) =>
        tagged(await servers.add(author, draftOf(identifier, body))),
    }),
    adminTool({
      name: 'change_server',
      description:
        'Puts another definition in the place of that of an MCP server: say all of it, not only what changes.',
      kind: 'destructive',
      input: z.object({ ...DEFINITION, etag: ETAG_INPUT }),
      run: async ({ identifier, etag, ...body }, author) =>
        tagged(await servers.update(author, draftOf(identifier, body), expectation(etag, serverBody))),
    }),
    adminTool({
      name: 'disable_server',
      description:
        'Disables an MCP server: every token for it is refused at once, and none are issued until it is enabled.',
      kind: 'destructive',
      input: z.object({ server: SERVER, etag: ETAG_INPUT }),
      run: async ({ server, etag }, author) =>
        tagged(await servers.setEnabled(author, server, false, expectation(etag, serverBody))),
    }),
    adminTool({
      name: 'enable_server',
      description: 'Enables an MCP server that was disabled: what people had connected works again.',
      kind: 'changes',
      input: z.object({ server: SERVER, etag: ETAG_INPUT }),
      run: async ({ server, etag }, author) =>
        tagged(await servers.setEnabled(author, server, true, expectation(etag, serverBody))),
    }),
  ];
}

function tagged(server: Server) {
  return withTag(serverBody(server));
}

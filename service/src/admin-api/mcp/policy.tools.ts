import { z } from 'zod';
import { rulePage } from '../../policy/rule-list.js';
import { expectation } from '../entity-tag.js';
import { draftOf, RULE_LIMITS, ruleBody } from '../policy/rule.body.js';
import { adminTool } from './admin-tool.js';
import { END_INPUT, ETAG_INPUT, TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';
import { withTag } from './with-tag.js';

const ENTRIES = z.array(TEXT(RULE_LIMITS.entry)).max(RULE_LIMITS.entries);
const SERVER = TEXT(RULE_LIMITS.identifier).describe('Identifier (URL) of the MCP server.');
const SCOPES = ENTRIES.nullable().describe('Null for all scopes.');
const RULE = z.uuid().describe('Id of the rule.');

const WORDS = {
  name: TEXT(RULE_LIMITS.name),
  groups: ENTRIES.nullable().describe('Null for everybody who can sign in.'),
  clients: ENTRIES.nullable().describe(
    'Kinds of applications, such as https://claude.ai/ or loopback:Claude Code; null for any.',
  ),
  until: END_INPUT,
  unseenGroupsMeant: ENTRIES.optional().describe(
    'Groups that nobody is in who has signed in so far, and that the person has said are meant all the same.',
  ),
};

/** Who may use what. */
export function policyTools({ rules, servers }: ToolServices) {
  return [
    adminTool({
      name: 'list_rules',
      description:
        'Lists rules, of one MCP server or by a part of their words, forty at most: whom they let use it, with which scopes and applications, until when. A rule without an id is fixed by the configuration.',
      kind: 'reads',
      input: z.object({
        server: SERVER.optional(),
        search: TEXT(200).optional().describe('A part of a name, a group, a scope or an application.'),
      }),
      run: async ({ server, search }) => {
        const { page } = rulePage(await rules.all(), { server, text: search }, undefined, servers.list());
        return { rules: page.rows.map(ruleBody).map((rule) => withTag(rule)), more: page.next !== null };
      },
    }),
    adminTool({
      name: 'add_rule',
      description:
        'Lets people use MCP servers: adds a rule for each of them. Nothing that others have is taken away.',
      kind: 'changes',
      input: z.object({
        ...WORDS,
        servers: z.array(z.object({ resource: SERVER, scopes: SCOPES })).max(RULE_LIMITS.servers),
      }),
      run: async ({ unseenGroupsMeant, ...words }, author) => {
        const added = await rules.add(draftOf(words), author, unseenGroupsMeant);
        return { rules: added.map(ruleBody).map((rule) => withTag(rule)) };
      },
    }),
    adminTool({
      name: 'change_rule',
      description:
        'Puts other words in the place of a rule. What it gives no more ends at once, in the middle of what people do.',
      kind: 'destructive',
      input: z.object({ id: RULE, etag: ETAG_INPUT, ...WORDS, resource: SERVER, scopes: SCOPES }),
      run: async ({ id, etag, unseenGroupsMeant, ...words }, author) => {
        const expected = expectation(etag, ruleBody);
        return withTag(ruleBody(await rules.change(id, expected, draftOf(words), author, unseenGroupsMeant)));
      },
    }),
    adminTool({
      name: 'remove_rule',
      description: 'Removes a rule. What it alone gives ends at once, in the middle of what people do.',
      kind: 'destructive',
      input: z.object({ id: RULE, etag: ETAG_INPUT }),
      run: async ({ id, etag }, author) => ({
        removed: (await rules.remove(id, expectation(etag, ruleBody), author)) !== null,
      }),
    }),
  ];
}

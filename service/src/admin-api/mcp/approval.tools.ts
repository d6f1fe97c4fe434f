import { z } from 'zod';
import { ChangeRefused } from '../../people/change-refused.js';
import type { Decision } from '../../policy/approvals.js';
import type { Author } from '../../web/author.js';
import {
  type DecisionBody,
  decisionBody,
  decisionId,
  decisionOf,
  LONGEST_KIND,
  LONGEST_PERSON,
} from '../approvals/decision.body.js';
import { seenApplicationBody, waitingApplicationBody, waitingKindBody } from '../approvals/waiting.body.js';
import { exactExpectation, expectation } from '../entity-tag.js';
import { adminTool } from './admin-tool.js';
import { END_INPUT, ETAG_INPUT, TEXT } from './tool-input.js';
import type { ToolServices } from './tool-services.js';
import { withTag } from './with-tag.js';

/** Decisions that are listed. */
const MOST_DECISIONS = 100;

const DECISION = z.object({
  waiting: TEXT(100)
    .optional()
    .describe(
      'Id of what somebody waits for, by list_waiting; left out for a kind that nobody waits for yet.',
    ),
  etag: ETAG_INPUT.optional().describe('Of `waiting`: the `etag` of the application that you have seen.'),
  kind: TEXT(LONGEST_KIND)
    .nullable()
    .describe(
      'A kind of applications, such as https://claude.ai/ or loopback:Claude Code; null for the application of `waiting` alone.',
    ),
  person: TEXT(LONGEST_PERSON)
    .nullable()
    .describe('Email, id or subject of whom alone it is for; null for everybody.'),
  until: END_INPUT,
});

/** Applications that somebody waits for, and what is decided about them. */
export function approvalTools({ approvals }: ToolServices) {
  const decide = async (
    outcome: Decision['outcome'],
    { waiting, etag, kind, person, until }: z.infer<typeof DECISION>,
    author: Author,
  ) => {
    const decision = decisionOf(outcome, { person, until });
    if (waiting === undefined) {
      if (kind === null)
        throw new ChangeRefused('Give `waiting` and `etag` of an application, or a `kind` of applications.');
      return decisionBody(await approvals.decideBeforehand(kind, decision, author));
    }
    if (etag === undefined)
      throw new ChangeRefused('Give the `etag` of the application, which list_waiting says of one.');
    const expected = exactExpectation(etag, seenApplicationBody);
    const { clientId } = (await found(waiting)).request;
    return decisionBody(await approvals.decide(clientId, expected, kind, decision, author));
  };
  const found = async (id: string) => {
    const one = await approvals.waitingClient(id);
    if (one) return one;
    throw new ChangeRefused('Nobody waits for this application any more: it was decided, or is gone.');
  };
  return [
    adminTool({
      name: 'list_waiting',
      description:
        'Lists the kinds of applications that people wait for. With an id, says all that is known of one: where it returns to, which kinds it is of, who waits, and the etag that approve and refuse want. Names are what applications call themselves, and prove nothing.',
      kind: 'reads',
      asksStrangers: true,
      input: z.object({ id: TEXT(100).optional() }),
      run: async ({ id }) => {
        if (id === undefined) {
          const { rows, next } = await approvals.kinds();
          return { waiting: rows.map(waitingKindBody), more: next !== null };
        }
        const body = waitingApplicationBody(await found(id));
        return withTag(body, body.application);
      },
    }),
    adminTool({
      name: 'list_decisions',
      description:
        'Lists what was decided about applications and kinds of them, the newest first, with the etag that withdraw_decision wants. An approval that is not `atPage` lets no application administer this service.',
      kind: 'reads',
      input: z.object({ search: TEXT(200).optional().describe('A part of the kind, name or client_id.') }),
      run: async ({ search = '' }) => {
        const all = (await approvals.decided()).map(decisionBody).filter((one) => isAbout(one, search));
        return {
          decisions: all.slice(0, MOST_DECISIONS).map((one) => withTag(one)),
          more: all.length > MOST_DECISIONS,
        };
      },
    }),
    adminTool({
      name: 'withdraw_decision',
      description:
        'Takes a decision back as you have seen it: what an approval alone gives ends at once, and after a refusal people may ask again.',
      kind: 'destructive',
      input: z.object({ id: TEXT(100).describe('Of the decision, by list_decisions.'), etag: ETAG_INPUT }),
      run: async ({ id, etag }, author) => {
        const expected = expectation(etag, decisionBody);
        const decision = (await approvals.decided()).find((one) => decisionId(one) === id);
        if (!decision)
          throw new ChangeRefused('There is no such decision: it was withdrawn, or never taken.');
        return { withdrawn: (await approvals.takeBack(decision, expected, author)) !== null };
      },
    }),
    adminTool({
      name: 'approve',
      description:
        'Approves an application as you have seen it, or a whole kind of applications, for everybody or one person. Whoever waits goes on at once.',
      kind: 'changes',
      asksStrangers: true,
      input: DECISION,
      run: (decision, author) => decide('approved', decision, author),
    }),
    adminTool({
      name: 'refuse',
      description:
        'Refuses an application as you have seen it, or a whole kind. What people do with it ends at once, and they are told so.',
      kind: 'destructive',
      asksStrangers: true,
      input: DECISION,
      run: (decision, author) => decide('refused', decision, author),
    }),
  ];
}

function isAbout({ kind, clientId, clientName }: DecisionBody, search: string): boolean {
  const text = search.toLowerCase();
  return [kind, clientId, clientName].some((one) => one?.toLowerCase().includes(text));
}

import type { ProtectedResource } from 'nestjs-mcp-auth';
import { selectorProblem } from '../config/client-selector.js';
import { groupProblem } from '../config/group.js';
import { nameProblem } from '../config/policy.js';
import type { RuleWords } from './entities/access-rule.entity.js';

/** A server that a rule is to be for. */
export interface DraftServer {
  /** Its identifier. */
  resource: string;
  /** Null for all. */
  scopes: readonly string[] | null;
}

/** What somebody wants a rule to say: one for each server. */
export interface RuleDraft {
  name: string;
  /** Null for everybody. */
  groups: readonly string[] | null;
  servers: readonly DraftServer[];
  /** Kinds of clients; null for any. */
  clients: readonly string[] | null;
  /** Null for no end. */
  until: Date | null;
}

/** Servers that one form may name. */
export const MOST_SERVERS = 200;
/** Entries of a list. */
export const MOST_ENTRIES = 200;
/** Characters. */
export const LONGEST_NAME = 100;

/** The rules that a draft stands for, or a sentence that says what is wrong with it. */
export function readDraft(
  draft: RuleDraft,
  resources: readonly ProtectedResource[],
): { rules: RuleWords[] } | { problem: string } {
  const { groups, clients, servers, until } = draft;
  const name = draft.name.trim();
  if (draft.name === '' || name.length > LONGEST_NAME)
    return { problem: `The name is missing, or longer than ${LONGEST_NAME} characters.` };
  const problem =
    nameProblem(name) === null
      ? (listProblem('groups', groups, groupProblem) ?? listProblem('applications', clients, selectorProblem))
      : `The name ${nameProblem(name)}.`;
  if (problem !== null) return { problem };
  if (servers.length === 0) return { problem: 'Choose the server that the rule is for, or several.' };
  if (servers.length > MOST_SERVERS) return { problem: `A rule is for ${MOST_SERVERS} servers at most.` };
  const rules: RuleWords[] = [];
  for (const { resource, scopes } of servers) {
    const server = resources.find(({ identifier }) => identifier === resource);
    if (!server) return { problem: 'There is no such server.' };
    const unknown = scopes?.find((scope) => !Object.hasOwn(server.scopes, scope));
    if (unknown !== undefined) return { problem: `${server.name} has no scope ${unknown}.` };
    if (scopes?.length === 0)
      return { problem: 'The list of scopes is empty: name one, or send null for all of them.' };
    if (rules.every((rule) => rule.resource !== resource))
      rules.push({
        name,
        resource,
        groups: copy(groups),
        scopes: copy(scopes),
        clients: copy(clients),
        until,
      });
  }
  return { rules };
}

function listProblem(
  what: string,
  items: readonly string[] | null,
  problem: (item: string, index: number, items: readonly string[]) => string | null,
): string | null {
  // Nobody writes an empty list to say nothing, and nothing means everything here.
  if (items?.length === 0)
    return `The list of ${what} is empty: name one, or send null for ${what === 'groups' ? 'everybody' : 'any'}.`;
  if (items && items.length > MOST_ENTRIES)
    return `The list of ${what} has more than ${MOST_ENTRIES} entries.`;
  const found = items?.map(problem).find((sentence) => sentence !== null);
  return found ? `${found}.` : null;
}

function copy(items: readonly string[] | null): string[] | null {
  return items && [...items];
}

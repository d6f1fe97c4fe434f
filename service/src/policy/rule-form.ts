import { END_TIME, readEndTime, writeEndTime } from '../config/end-time.js';
import type { RuleWords } from './entities/access-rule.entity.js';
import type { RuleDraft } from './rule-draft.js';
import { InvalidRule } from './rule-refused.js';
import type { RuleDto } from './rule.dto.js';

/** What stands in the form of a rule. */
export type RuleFields = Pick<RuleDto, 'name' | 'whom' | 'groups' | 'server' | 'scope' | 'clients' | 'until'>;

/** What a form says. @throws InvalidRule where it cannot be read. */
export function draftOf({ name, whom, groups, server, scope, clients, until }: RuleFields): RuleDraft {
  const end = until?.trim() ? readEndTime(until.trim()) : null;
  if (until?.trim() && !end) throw new InvalidRule(`The end ${END_TIME}.`);
  const ticked = scope.map((value) => {
    const [of = '', resource = ''] = value.split(/ (.*)/s);
    return { of, resource };
  });
  const alone = ticked.find(({ resource }) => !server.includes(resource));
  if (alone)
    throw new InvalidRule(`The scope ${alone.of} is ticked, and its server is not: tick both, or neither.`);
  return {
    name,
    groups: groupsOf(whom, groups),
    servers: server.map((resource) => {
      const scopes = ticked.filter((one) => one.resource === resource).map(({ of }) => of);
      return { resource, scopes: scopes.length === 0 ? null : scopes };
    }),
    clients: lines(clients),
    until: end,
  };
}

/** The form that says what a rule says. */
export function fieldsOf({ name, resource, groups, scopes, clients, until }: RuleWords): RuleFields {
  return {
    name,
    whom: groups === null ? 'everyone' : 'groups',
    groups: groups?.join('\n'),
    server: [resource],
    scope: scopes?.map((scope) => `${scope} ${resource}`) ?? [],
    clients: clients?.join('\n'),
    until: until ? writeEndTime(until) : undefined,
  };
}

/** Null for everybody. @throws InvalidRule unless it is said who is meant, once. */
function groupsOf(whom: RuleFields['whom'], text: string | undefined): string[] | null {
  const groups = itemsOf(text);
  if (whom === 'everyone' && groups.length > 0)
    throw new InvalidRule('The rule is for everybody and names groups: say one of the two.');
  if (whom === 'everyone') return null;
  if (groups.length > 0) return groups;
  throw new InvalidRule(
    whom === 'groups'
      ? 'Name the groups that the rule is for, one a line, or choose Everybody.'
      : 'Say whom the rule is for: everybody, or people in groups that you name.',
  );
}

/** As they stand, one a line; null for none. @throws InvalidRule for a list that names nothing. */
function lines(text: string | undefined): string[] | null {
  const items = itemsOf(text);
  // Nobody writes blanks to say nothing, and nothing means everything here.
  if (items.length === 0 && /[^ \t\r\n]/.test(text ?? ''))
    throw new InvalidRule('The list of applications has blanks alone: leave it empty for any, or name one.');
  return items.length === 0 ? null : items;
}

/** Each line once that says something. */
export function itemsOf(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/\r?\n/).filter((item) => /\S/.test(item)))];
}

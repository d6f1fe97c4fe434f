import { END_TIME, readEndTime, writeEndTime } from '../config/end-time.js';
import type { RuleWords } from './entities/access-rule.entity.js';
import type { RuleDraft } from './rule-draft.js';
import { InvalidRule } from './rule-refused.js';
import type { RuleDto } from './rule.dto.js';

/** What stands in the form of a rule. */
export type RuleFields = Pick<RuleDto, 'name' | 'groups' | 'server' | 'scope' | 'clients' | 'until'>;

/** What a form says. @throws InvalidRule where it cannot be read. */
export function draftOf({ name, groups, server, scope, clients, until }: RuleFields): RuleDraft {
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
    groups: lines('groups', groups),
    servers: server.map((resource) => {
      const scopes = ticked.filter((one) => one.resource === resource).map(({ of }) => of);
      return { resource, scopes: scopes.length === 0 ? null : scopes };
    }),
    clients: lines('applications', clients),
    until: end,
  };
}

/** The form that says what a rule says. */
export function fieldsOf({ name, resource, groups, scopes, clients, until }: RuleWords): RuleFields {
  return {
    name,
    groups: groups?.join('\n'),
    server: [resource],
    scope: scopes?.map((scope) => `${scope} ${resource}`) ?? [],
    clients: clients?.join('\n'),
    until: until ? writeEndTime(until) : undefined,
  };
}

/** As they stand, one a line; null for none. @throws InvalidRule for a list that names nothing. */
function lines(what: string, text: string | undefined): string[] | null {
  const items = itemsOf(text);
  // Nobody writes blanks to say nothing, and nothing means everything here.
  if (items.length === 0 && /[^ \t\r\n]/.test(text ?? ''))
    throw new InvalidRule(`The list of ${what} names nothing: leave it empty, or name something.`);
  return items.length === 0 ? null : items;
}

/** Each line once that says something. */
export function itemsOf(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/\r?\n/).filter((item) => /\S/.test(item)))];
}

import type { ProtectedResource } from 'nestjs-mcp-auth';
import { type Cursor, type CursorCheck, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import type { AccessRuleRow, RuleWords } from './entities/access-rule.entity.js';

/** A rule in a list; without an id it is changed nowhere here. */
export type ListedRule = RuleWords & Partial<AccessRuleRow>;

const anything = () => true;

/** What a place in the list of rules can be. */
export const RULE_CURSOR: readonly CursorCheck[] = [anything, anything, anything, anything];

/** What a list is narrowed to. */
export interface RuleSearch {
  /** Part of a name, a group, a scope or an application. */
  text?: string | undefined;
  /** The identifier of a server. */
  server?: string | undefined;
}

/**
 * One page of the rules, by server and name. All of them are in every replica's memory anyway, and are sorted there.
 * @returns how many the search finds, too.
 */
export function rulePage(
  rules: readonly ListedRule[],
  { text, server }: RuleSearch,
  cursor: Cursor | undefined,
  resources: readonly ProtectedResource[],
): { page: ListPage<ListedRule>; found: number } {
  const names = new Map(resources.map(({ identifier, name }) => [identifier, name]));
  const keyOf = (rule: ListedRule) => [
    names.get(rule.resource) ?? '',
    rule.resource,
    rule.name,
    rule.id ?? '',
  ];
  const wanted = text?.toLowerCase();
  const found = rules
    .filter((rule) => server === undefined || rule.resource === server)
    .filter(
      (rule) => wanted === undefined || wordsOf(rule).some((word) => word.toLowerCase().includes(wanted)),
    )
    .toSorted((one, other) => compare(keyOf(one), keyOf(other)));
  const isBackwards = cursor?.direction === 'before';
  const beside = found.filter((rule) => {
    if (!cursor) return true;
    const order = compare(keyOf(rule), cursor.key);
    return isBackwards ? order < 0 : order > 0;
  });
  const nearest = isBackwards ? beside.toReversed() : beside;
  return { page: listPage(nearest.slice(0, PAGE_SIZE + 1), cursor, keyOf), found: found.length };
}

function wordsOf({ name, groups, scopes, clients, resource }: ListedRule): string[] {
  return [name, resource, ...(groups ?? []), ...(scopes ?? []), ...(clients ?? [])];
}

function compare(one: readonly string[], other: readonly string[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? '';
    if (value !== against) return value < against ? -1 : 1;
  }
  return 0;
}

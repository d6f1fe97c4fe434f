import type { ProtectedResource } from 'nestjs-mcp-auth';
import type { AccessRuleRow } from './entities/access-rule.entity.js';
import { selectorProblem } from '../config/client-selector.js';
import { groupProblem } from '../config/group.js';
import { nameProblem } from '../config/policy.js';
import { formProblem } from '../web/form-problem.js';
import type { RuleDto } from './rule.dto.js';

export type NewRule = Omit<AccessRuleRow, 'id' | 'createdAt'>;

/** The rule of a form, or a sentence that says what is wrong with it. */
export async function readRule(
  form: RuleDto,
  resources: readonly ProtectedResource[],
): Promise<{ rule: NewRule } | { problem: string }> {
  const problem = await formProblem(form);
  if (problem !== null) return { problem };
  const name = form.name.trim();
  const badName = nameProblem(name);
  if (badName !== null) return { problem: `The name ${badName}.` };
  const resource = resources.find(({ identifier }) => identifier === form.resource);
  if (!resource) return { problem: 'There is no such server.' };
  const [groups, scopes, clients] = [
    lines(form.groups),
    list(form.scopes, /[\s,]+/),
    list(form.clients, /[\s,]+/),
  ];
  // Nobody writes commas to say nothing, and nothing means everything here.
  for (const [what, text, items] of [
    ['groups', form.groups, groups],
    ['scopes', form.scopes, scopes],
    ['clients', form.clients, clients],
  ] as const)
    if (items === null && /[^ \t\r\n]/.test(text ?? ''))
      return { problem: `The list of ${what} names nothing: leave it empty, or name something.` };
  const badGroup = groups?.map(groupProblem).find((sentence) => sentence !== null);
  if (badGroup) return { problem: `${badGroup}.` };
  const unknown = scopes?.find((scope) => !Object.hasOwn(resource.scopes, scope));
  if (unknown !== undefined) return { problem: `${resource.name} has no scope ${unknown}.` };
  const wrong = clients?.map(selectorProblem).find((sentence) => sentence !== null);
  if (wrong) return { problem: `${wrong}.` };
  return { rule: { name, resource: resource.identifier, groups, scopes, clients } };
}

/** As they stand, one a line; null for none. */
export function lines(text: string | undefined): string[] | null {
  const items = (text ?? '').split(/\r?\n/).filter((item) => /\S/.test(item));
  return items.length === 0 ? null : [...new Set(items)];
}

/** Null for an empty one. */
function list(text: string | undefined, separator: string | RegExp): string[] | null {
  const items = (text ?? '').split(separator).flatMap((item) => item.trim() || []);
  return items.length === 0 ? null : [...new Set(items)];
}

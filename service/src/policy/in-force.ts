import { isDeepStrictEqual } from 'node:util';
import { type NamedProvider, readGroupName } from '../config/group-names.js';
import type { AccessRule, Policy } from '../config/policy.js';

/** Rules, and the providers of whose groups they speak: the same name may mean the groups of another one. */
export interface PolicyInForce {
  policy: Policy;
  /** Null where an earlier version did not say. */
  providers: readonly NamedProvider[] | null;
}

/** Those of `before` that no rule of `after` stands for, word for word and group for group. */
export function lostRules(before: PolicyInForce, after: PolicyInForce): AccessRule[] {
  const kept = meanings(after, before);
  const meant = meanings(before, after);
  return before.policy.rules.filter(
    (_rule, index) => !kept.some((one) => isDeepStrictEqual(one, meant[index])),
  );
}

export function isSamePolicy(one: PolicyInForce, other: PolicyInForce): boolean {
  return (
    isDeepStrictEqual(one.policy, other.policy) &&
    lostRules(one, other).length === 0 &&
    lostRules(other, one).length === 0
  );
}

/** What of a policy is not in another: a line of JSON for each rule, one for what is said of clients, and one of providers. */
export function without({ policy, providers }: PolicyInForce, other: PolicyInForce): string[] {
  const kept = new Set(other.policy.rules.map(asLine));
  const rules = policy.rules.map(asLine).filter((rule) => !kept.has(rule));
  const { clients } = policy;
  const hasOtherClients = !isDeepStrictEqual(clients, other.policy.clients);
  const hasOtherProviders = providers && other.providers && !isDeepStrictEqual(providers, other.providers);
  return [
    ...rules,
    ...(hasOtherClients ? [JSON.stringify({ clients })] : []),
    ...(hasOtherProviders ? [JSON.stringify({ providers })] : []),
  ];
}

/** Rules with the groups that their names stand for; where that is not known, those of the other. */
function meanings({ policy, providers }: PolicyInForce, other: PolicyInForce): unknown[] {
  return policy.rules.map((rule) => {
    if (rule.groups === 'everyone') return rule;
    const groups = rule.groups.map((name) => {
      const { provider, isOfSource, group } = readGroupName(name, providers ?? other.providers ?? []);
      return { issuer: provider?.issuer, isOfSource, group };
    });
    return { ...rule, groups };
  });
}

/** The database keeps no order of members. */
function asLine({ name, groups, resource, scopes, clients, until }: AccessRule): string {
  return JSON.stringify({ name, groups, resource, scopes, clients, until });
}

import {
  missingScopes,
  type PolicyDecision,
  type PolicyQuestion,
  type ScopeHierarchy,
} from 'nestjs-mcp-auth';
import { isServerScope } from 'nestjs-mcp-auth/service-kit';
import { isSelected, isTrusted as isOfTheHouse } from '../config/client-selector.js';
import { type AccessRule, hasEnded, type Policy } from '../config/policy.js';
import type { Standing } from './client-decisions.js';
import type { HeldGroups } from './held-groups.js';

/** What the policy goes by besides its rules. */
export interface PolicyFacts {
  /** Of the resource. */
  resourceName: string;
  scopeHierarchy: ScopeHierarchy;
  /** What an administrator has said of the client. */
  standing: Standing;
  /** Of the person. */
  groups: HeldGroups;
  /** Milliseconds since 1970, by the database's time: rules that have ended by now grant nothing. */
  now: number;
}

/** The decision, and the rules that led to it by their names. */
export function evaluate(
  { rules, clients }: Policy,
  question: PolicyQuestion,
  facts: PolicyFacts,
): PolicyDecision {
  const isTrusted = isOfTheHouse(clients.trusted, question);
  // Whoever may present assertions of an issuer, and whoever need not register, an administrator has named.
  const isNamed = isTrusted || question.assertion !== undefined || question.client.source === 'static';
  if (clients.mode === 'allow-list' && !isNamed && !isSelected(clients.allowed, question))
    return {
      outcome: 'denied',
      reason: 'The client is not on the list of allowed clients.',
      message: 'This application is not one of those that may be used here. Ask an administrator.',
    };
  const concerned = rules.filter((rule) => !hasEnded(rule, facts.now) && concerns(rule, question));
  const matching = concerned.filter(({ groups }) => facts.groups.satisfy(groups));
  const granted = question.scopes.filter((scope) => matching.some((rule) => covers(rule, scope, facts)));
  const allowed = question.scopes.filter((scope) => granted.includes(scope) || isServerScope(scope));
  const asksForServer = question.scopes.some((scope) => !isServerScope(scope));
  if (matching.length === 0 || (asksForServer && granted.length === 0))
    return (
      facts.groups.tooOld(concerned.map(({ groups }) => groups)) ?? {
        outcome: 'denied',
        reason: 'No rule allows it.',
        message: `Your account has no access to ${facts.resourceName} with this application. Ask an administrator.`,
      }
    );
  if (clients.mode === 'approval' && !isNamed && facts.standing === 'refused')
    return {
      outcome: 'denied',
      reason: 'The client was refused.',
      message: 'An administrator has refused this application. Ask them if you need it.',
    };
  if (clients.mode === 'approval' && !isNamed && facts.standing !== 'approved')
    return {
      outcome: 'pending',
      reason: 'The client is not approved.',
      message: 'An administrator must agree to this application first. Look again once they have.',
    };
  const names = matching.filter((rule) => granted.some((scope) => covers(rule, scope, facts)));
  const reason = (names.length > 0 ? names : matching).map(({ name }) => name).join(', ');
  return { outcome: 'allowed', scopes: allowed, reason, trusted: isTrusted };
}

function concerns({ resource, clients }: AccessRule, question: PolicyQuestion): boolean {
  return resource === question.resource && (clients === 'any' || isSelected(clients, question));
}

function covers({ scopes }: AccessRule, scope: string, { scopeHierarchy }: PolicyFacts): boolean {
  if (isServerScope(scope)) return false;
  return scopes === 'all' || missingScopes([scope], scopes, scopeHierarchy).length === 0;
}

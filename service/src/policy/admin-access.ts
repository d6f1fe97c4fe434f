import { missingScopes, type PolicyDecision, type PolicyQuestion } from 'nestjs-mcp-auth';
import { ADMIN_SCOPE_HIERARCHY } from '../config/admin-scopes.js';
import { type Role, ROLE_SCOPES } from '../web/roles.js';
import type { Standing } from './client-decisions.js';

/**
 * Who administers this service by access tokens. No rule gives it: the person's role says what, they are there themselves
 * in a browser, and the client is one of the configuration, or one that a person has entered or agreed to at a page.
 */
export function decideAdministration(
  { client, scopes, redirectUri, actor, assertion }: PolicyQuestion,
  role: Role,
  standing: Standing,
): PolicyDecision {
  const allowed = scopes.filter(
    (scope) => missingScopes([scope], ROLE_SCOPES[role], ADMIN_SCOPE_HIERARCHY).length === 0,
  );
  const isThere = redirectUri !== null && actor === undefined && assertion === undefined;
  if (allowed.length === 0 || !isThere)
    return {
      outcome: 'denied',
      reason: isThere
        ? `The role ${role} may not administer with any of these scopes.`
        : 'Nobody administers without a browser.',
      message: isThere
        ? 'Your account may not administer this service so. Ask an administrator.'
        : 'This service is administered from a browser on this device alone.',
    };
  if (standing === 'refused')
    return {
      outcome: 'denied',
      reason: 'The client was refused.',
      message: 'An administrator has refused this application. Ask them if you need it.',
    };
  if (standing !== 'approved' && client.source !== 'static')
    return {
      outcome: 'pending',
      reason: 'The client is not approved, and asks to administer.',
      message:
        'An administrator must agree to this application first, since it asks to administer this service. Look again once they have.',
    };
  return { outcome: 'allowed', scopes: allowed, reason: `The role ${role} administers.` };
}

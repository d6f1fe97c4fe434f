import { canonicalResource } from '../oauth/resource.js';
import { isScopeToken } from '../oauth/scope.js';
import { isServerScope } from '../oauth/server-scopes.js';
import { isStorable } from '../oauth/storable-text.js';
import type { IdentityAssertionRule, TrustedIssuer } from '../oauth/trusted-issuer.js';
import type { IdentityAssertionOptions } from './trusted-issuer-options.js';

/** What options let issuers say of people. @throws Error with a sentence that says what to change. */
export function describeIdentityAssertions(
  rules: readonly IdentityAssertionOptions[],
  issuers: readonly TrustedIssuer[],
): IdentityAssertionRule[] {
  const described = rules.map((options): IdentityAssertionRule => {
    const { issuer, tenant = null, clients, resources = null, scopes = null } = options;
    const complain = (sentence: string) => new Error(`The identity assertions of ${issuer} ${sentence}.`);
    if (!issuers.some((trusted) => trusted.issuer === issuer))
      throw complain('are of an issuer that `trustedIssuers` does not name');
    if (tenant !== null && (typeof tenant !== 'string' || tenant === '' || !isStorable(tenant)))
      throw complain('must have text as `tenant`');
    if (!Array.isArray(clients) || clients.length === 0)
      throw complain('need `clients`: the ids of those that may present them');
    for (const clientId of clients as unknown[])
      if (typeof clientId !== 'string' || clientId === '')
        throw complain('must have ids of clients as `clients`');
    for (const identifier of resources ?? [])
      if (canonicalResource(identifier) === null)
        throw complain(`name the resource "${identifier}", which is no absolute http(s) URL`);
    for (const scope of scopes ?? [])
      if (!isScopeToken(scope) || isServerScope(scope))
        throw complain(`name "${scope}", which can be no scope of a resource`);
    return { issuer, tenant, clients: [...new Set(clients)], resources, scopes };
  });
  const names = described.flatMap(({ issuer, tenant, clients }) =>
    clients.map((clientId) => ({ key: JSON.stringify([issuer, tenant, clientId]), issuer, clientId })),
  );
  const keys = names.map(({ key }) => key);
  const repeated = names.find(({ key }, place) => keys.indexOf(key) < place);
  if (repeated)
    throw new Error(
      `The identity assertions of ${repeated.issuer} name the client ${repeated.clientId} twice: one rule must say it all.`,
    );
  return described;
}

import { canonicalResource } from '../oauth/resource.js';
import { isScopeToken } from '../oauth/scope.js';
import { isServerScope } from '../oauth/server-scopes.js';
import type { ConfiguredServiceAccount } from '../oauth/service-account.js';
import { checkClientName, describeClientProof } from './describe-client-proof.js';
import type { ServiceAccountOptions } from './service-account-options.js';

/**
 * Service accounts that options describe.
 * @param workloads ids of those that need no proof of their own, since they are workloads of a platform.
 * @throws Error with a sentence that says what to change.
 */
export function describeServiceAccounts(
  accounts: readonly ServiceAccountOptions[],
  workloads: readonly string[] = [],
): ConfiguredServiceAccount[] {
  const described = accounts.map(describeServiceAccount);
  const ids = described.map(({ clientId }) => clientId);
  const repeated = ids.find((id, place) => ids.indexOf(id) < place);
  if (repeated !== undefined)
    throw new Error(`Two service accounts have the id ${repeated}: give each its own.`);
  const [open] = described.filter(
    ({ clientId, clientSecret, jwks, jwksUri }) =>
      !clientSecret && !jwks && !jwksUri && !workloads.includes(clientId),
  );
  if (open)
    throw new Error(`The service account ${open.clientId} needs \`jwks\`, \`jwksUri\` or \`clientSecret\`.`);
  return described;
}

/** One of them. @throws Error with a sentence that says what to change. */
export function describeServiceAccount(account: ServiceAccountOptions): ConfiguredServiceAccount {
  const { clientId, name = null, resources = [], scopes = [] } = account;
  const complain = checkClientName('service account', account);
  for (const identifier of resources)
    if (canonicalResource(identifier) === null)
      throw complain(`names the resource "${identifier}", which is no absolute http(s) URL`);
  for (const scope of scopes)
    if (!isScopeToken(scope) || isServerScope(scope))
      throw complain(`names "${scope}", which can be no scope of a resource`);
  return {
    clientId,
    name,
    ...describeClientProof(account, complain),
    resources: [...new Set(resources)],
    scopes: [...new Set(scopes)],
  };
}

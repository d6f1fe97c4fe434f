import { isSecretOverlap, LONGEST_SECRET_OVERLAP, SECRET_OVERLAP } from '../oauth/client.js';
import { clientIdProblem } from '../oauth/client-id.js';
import { configuredJwks } from '../oauth/json-web-keys.js';
import { canonicalResource } from '../oauth/resource.js';
import { isScopeToken } from '../oauth/scope.js';
import { isServerScope } from '../oauth/server-scopes.js';
import type { ConfiguredServiceAccount } from '../oauth/service-account.js';
import type { ServiceAccountOptions } from './service-account-options.js';

/** RFC 6749 §2.3.1: what Basic credentials carry without an escape. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const LONGEST_NAME = 200;
const SHORTEST_SECRET = 32;

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
  const { clientId, name = null, resources = [], scopes = [], jwksUri = null, clientSecret = null } = account;
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId))
    throw new Error(`The id "${clientId}" of a service account must be letters, digits, dots, dashes.`);
  const problem = clientIdProblem(clientId);
  if (problem) throw new Error(problem);
  const complain = (sentence: string) => new Error(`The service account ${clientId} ${sentence}.`);
  if (name !== null && (name.trim() === '' || name.length > LONGEST_NAME))
    throw complain(`must have a name of 1 to ${LONGEST_NAME} characters, or none`);
  for (const identifier of resources)
    if (canonicalResource(identifier) === null)
      throw complain(`names the resource "${identifier}", which is no absolute http(s) URL`);
  for (const scope of scopes)
    if (!isScopeToken(scope) || isServerScope(scope))
      throw complain(`names "${scope}", which can be no scope of a resource`);
  if (
    [account.jwks, jwksUri, clientSecret].filter((proof) => proof !== undefined && proof !== null).length > 1
  )
    throw complain('must have one of `jwks`, `jwksUri` and `clientSecret`');
  if (jwksUri !== null && !(URL.canParse(jwksUri) && /^https?:$/.test(new URL(jwksUri).protocol)))
    throw complain('must have an https URL as `jwksUri`');
  if (clientSecret !== null && clientSecret.length < SHORTEST_SECRET)
    throw complain(`must have a \`clientSecret\` of at least ${SHORTEST_SECRET} random characters`);
  const { overlap = SECRET_OVERLAP } = account;
  if (!isSecretOverlap(overlap))
    throw complain(`must have whole seconds as \`overlap\`, at most ${LONGEST_SECRET_OVERLAP}`);
  return {
    clientId,
    name,
    tokenEndpointAuthMethod: account.jwks || jwksUri ? 'private_key_jwt' : 'client_secret_basic',
    clientSecret,
    overlap,
    jwks: account.jwks ? configuredJwks(account.jwks, complain) : null,
    jwksUri,
    resources: [...new Set(resources)],
    scopes: [...new Set(scopes)],
  };
}

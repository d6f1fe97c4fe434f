import { issuerProblem } from '../oauth/issuer.js';
import type { LinkedServer } from '../oauth/linked-server.js';
import { canonicalResource } from '../oauth/resource.js';
import { isScopeToken } from '../oauth/scope.js';
import type { LinkedServerOptions } from './linked-server-options.js';

const CLAIMS: readonly string[] = ['email', 'profile'];

/** Servers that options link. @param own the issuer of this server. @throws Error with a sentence that says what to change. */
export function describeLinkedServers(servers: readonly LinkedServerOptions[], own: string): LinkedServer[] {
  const described = servers.map((options): LinkedServer => {
    const { issuer, resources, client, clientId = client, scopes } = options;
    const { groups = null, maxAge = null, claims = [] } = options;
    const complain = (sentence: string) => new Error(`The linked server ${issuer} ${sentence}.`);
    // Some have a slash at the end that belongs to them.
    const problem = typeof issuer === 'string' ? issuerProblem(issuer.replace(/\/$/, '')) : 'is not set';
    if (problem !== null) throw new Error(`\`issuer\` of a linked server ${problem}.`);
    if (issuer === own) throw complain('is this server itself: take it out');
    if (typeof client !== 'string' || client === '') throw complain('must name its `client`');
    if (typeof clientId !== 'string' || clientId === '') throw complain('must have text as `clientId`');
    if (!Array.isArray(resources) || resources.length === 0) throw complain('needs `resources`');
    for (const identifier of resources)
      if (canonicalResource(identifier) === null)
        throw complain(`names the resource "${identifier}", which is no absolute http(s) URL`);
    if (!Array.isArray(scopes) || scopes.length === 0)
      throw complain('needs `scopes`: without any, all would be meant');
    for (const scope of scopes)
      if (!isScopeToken(scope)) throw complain(`names "${scope}", which can be no scope`);
    if (groups !== null && (!Array.isArray(groups) || groups.length === 0))
      throw complain('must have names as `groups`, or none for everybody');
    if (maxAge !== null && (!Number.isInteger(maxAge) || maxAge < 0))
      throw complain('must have whole seconds as `maxAge`');
    for (const claim of claims)
      if (!CLAIMS.includes(claim))
        throw complain(`must have ${CLAIMS.join(' or ')} as \`claims\`, not "${claim}"`);
    return { issuer, resources, client, clientId, scopes: [...new Set(scopes)], groups, maxAge, claims };
  });
  const keys = described.flatMap(({ issuer, client, resources }) =>
    resources.map((resource) => `${client} for ${canonicalResource(resource) ?? ''} at ${issuer}`),
  );
  const repeated = keys.find((key, place) => keys.indexOf(key) < place);
  if (repeated !== undefined) throw new Error(`Two linked servers are for ${repeated}: one must say it all.`);
  return described;
}

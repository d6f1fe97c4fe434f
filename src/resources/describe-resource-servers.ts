import { clientIdProblem } from '../oauth/client-id.js';
import type { ResourceServer } from '../oauth/resource.js';
import type { ProtectedResourceOptions } from './resource-options.js';

/** RFC 6749 §2.3.1: what Basic credentials carry without an escape. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const SHORTEST_SECRET = 32;

/** The resource servers that options describe. @throws Error with a sentence that says what to change. */
export function describeResourceServers({ resource }: ProtectedResourceOptions): ResourceServer[] {
  const servers = [resource]
    .flat()
    .flatMap((each) =>
      typeof each === 'object' && each.introspection
        ? [{ resource: each.identifier, ...each.introspection }]
        : [],
    );
  for (const { resource: identifier, clientId, clientSecret } of servers) {
    if (!CLIENT_ID.test(clientId))
      throw new Error(`\`introspection.clientId\` of ${identifier} must be letters, digits, dots, dashes.`);
    const problem = clientIdProblem(clientId);
    if (problem) throw new Error(problem);
    if (clientSecret.length < SHORTEST_SECRET)
      throw new Error(
        `\`introspection.clientSecret\` of ${identifier} must have at least ${SHORTEST_SECRET} random characters.`,
      );
  }
  if (new Set(servers.map(({ clientId }) => clientId)).size < servers.length)
    throw new Error('Two resources have the same `introspection.clientId`: give each its own.');
  return servers;
}

import { isSecretOverlap, LONGEST_SECRET_OVERLAP, SECRET_OVERLAP } from '../oauth/client.js';
import { clientIdProblem } from '../oauth/client-id.js';
import type { ResourceServer } from '../oauth/resource.js';
import { checkNames, type FlatNames } from './option-names.js';
import type { ProtectedResourceOptions, ResourceOptions } from './resource-options.js';

/** RFC 6749 §2.3.1: what Basic credentials carry without an escape. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const SHORTEST_SECRET = 32;

const INTROSPECTION: FlatNames<NonNullable<ResourceOptions['introspection']>> = {
  clientId: true,
  clientSecret: true,
  overlap: true,
};

/** The resource servers that options describe. @throws Error with a sentence that says what to change. */
export function describeResourceServers({ resource }: ProtectedResourceOptions): ResourceServer[] {
  const servers = [resource]
    .flat()
    .flatMap((each) => (typeof each === 'object' && each.introspection !== undefined ? describe(each) : []));
  if (new Set(servers.map(({ clientId }) => clientId)).size < servers.length)
    throw new Error('Two resources have the same `introspection.clientId`: give each its own.');
  return servers;
}

// Options may come from a file, where a type proves nothing.
function describe({ identifier, introspection }: ResourceOptions): ResourceServer {
  checkNames({ ...introspection }, INTROSPECTION, 'introspection.');
  const { clientId, clientSecret, overlap = SECRET_OVERLAP } = { ...introspection };
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId))
    throw new Error(`\`introspection.clientId\` of ${identifier} must be letters, digits, dots, dashes.`);
  const problem = clientIdProblem(clientId);
  if (problem) throw new Error(problem);
  if (typeof clientSecret !== 'string' || clientSecret.length < SHORTEST_SECRET)
    throw new Error(
      `\`introspection.clientSecret\` of ${identifier} must have at least ${SHORTEST_SECRET} random characters.`,
    );
  if (!isSecretOverlap(overlap))
    throw new Error(
      `\`introspection.overlap\` of ${identifier} must be whole seconds, at most ${LONGEST_SECRET_OVERLAP}.`,
    );
  return { resource: identifier, clientId, clientSecret, overlap };
}

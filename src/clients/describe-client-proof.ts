import { isSecretOverlap, LONGEST_SECRET_OVERLAP, SECRET_OVERLAP } from '../oauth/client.js';
import { clientIdProblem } from '../oauth/client-id.js';
import type { ConfiguredProof } from '../oauth/configured-client.js';
import { configuredJwks } from '../oauth/json-web-keys.js';
import type { ClientProofOptions } from './client-options.js';

/** RFC 6749 §2.3.1: what Basic credentials carry without an escape. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const LONGEST_NAME = 200;
const SHORTEST_SECRET = 32;

type Complain = (sentence: string) => Error;

/**
 * Checks an id that options give to a client, and its name.
 * @param what it is, such as "service account".
 * @returns what makes an error of a sentence about it.
 * @throws Error with a sentence that says what to change.
 */
export function checkClientName(
  what: string,
  { clientId, name }: { clientId: string; name?: string },
): Complain {
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId))
    throw new Error(`The id "${clientId}" of a ${what} must be letters, digits, dots, dashes.`);
  const problem = clientIdProblem(clientId);
  if (problem) throw new Error(problem);
  const complain = (sentence: string) => new Error(`The ${what} ${clientId} ${sentence}.`);
  if (name !== undefined && (name.trim() === '' || name.length > LONGEST_NAME))
    throw complain(`must have a name of 1 to ${LONGEST_NAME} characters, or none`);
  return complain;
}

/** How it proves who it is; a secret of null, without keys, for not at all. @throws what `complain` makes of a problem. */
export function describeClientProof(options: ClientProofOptions, complain: Complain): ConfiguredProof {
  const { jwks, jwksUri = null, clientSecret = null, overlap = SECRET_OVERLAP } = options;
  if ([jwks, jwksUri, clientSecret].filter((proof) => proof !== undefined && proof !== null).length > 1)
    throw complain('must have one of `jwks`, `jwksUri` and `clientSecret`');
  if (jwksUri !== null && !(URL.canParse(jwksUri) && /^https?:$/.test(new URL(jwksUri).protocol)))
    throw complain('must have an https URL as `jwksUri`');
  if (clientSecret !== null && clientSecret.length < SHORTEST_SECRET)
    throw complain(`must have a \`clientSecret\` of at least ${SHORTEST_SECRET} random characters`);
  if (!isSecretOverlap(overlap))
    throw complain(`must have whole seconds as \`overlap\`, at most ${LONGEST_SECRET_OVERLAP}`);
  return {
    tokenEndpointAuthMethod: jwks || jwksUri ? 'private_key_jwt' : 'client_secret_basic',
    clientSecret,
    overlap,
    jwks: jwks ? configuredJwks(jwks, complain) : null,
    jwksUri,
  };
}

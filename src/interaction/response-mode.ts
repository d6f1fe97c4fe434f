import { InvalidRequestError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { redirectKind } from '../oauth/redirect-uri.js';
import { RESPONSE_MODES, type ResponseMode } from '../oauth/response-mode.js';

/** No browser posts to a program that is called by the scheme of its own. */
function canPost(redirectUri: string): boolean {
  return redirectKind(redirectUri) !== 'private-use';
}

/**
 * How the client wants its answer (OAuth 2.0 Multiple Response Type Encoding Practices §2.1); undefined for the query.
 * @throws InvalidRequestError
 */
export function requestedMode(parameters: Parameters, redirectUri: string): ResponseMode | undefined {
  const asked = parameters.get('response_mode');
  if (asked === undefined || asked === 'query') return undefined;
  const mode = RESPONSE_MODES.find((known) => known === asked);
  if (!mode) throw new InvalidRequestError(`The response_mode must be ${RESPONSE_MODES.join(' or ')}.`);
  if (!canPost(redirectUri))
    throw new InvalidRequestError('The response_mode form_post needs a redirect URI with https or http.');
  return mode;
}

/** The same of a request that is refused, which may be wrong in this, too: then in the query. */
export function refusalMode(parameters: Parameters, redirectUri: string): ResponseMode | undefined {
  const modes = parameters.getAll('response_mode');
  return modes.length === 1 && modes[0] === 'form_post' && canPost(redirectUri) ? 'form_post' : undefined;
}

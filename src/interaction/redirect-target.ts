import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { matchRedirectUri } from '../oauth/redirect-uri.js';

/**
 * Where an authorization request wants the browser to be sent back to. It may be left out where the client has one only.
 * @throws InvalidRequestError for what is not the client's.
 */
export function redirectTarget(parameters: Parameters, { redirectUris }: OAuthClient): string {
  const [onlyUri, ...others] = redirectUris;
  const redirectUri = parameters.get('redirect_uri') ?? (others.length === 0 ? onlyUri : undefined);
  if (redirectUri === undefined) throw new InvalidRequestError('The parameter redirect_uri is missing.');
  if (!matchRedirectUri(redirectUris, redirectUri))
    throw new InvalidRequestError('The redirect_uri is not one of the client.');
  return redirectUri;
}

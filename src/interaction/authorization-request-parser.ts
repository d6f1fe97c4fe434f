import {
  type AuthorizationRequest,
  PROMPT_VALUES,
  type PromptValue,
} from '../oauth/authorization-request.js';
import {
  InvalidRequestError,
  InvalidScopeError,
  OAuthError,
  UnauthorizedClientError,
  UnsupportedResponseTypeError,
} from '../oauth/errors.js';
import type { OAuthClient } from '../oauth/client.js';
import type { Parameters } from '../oauth/parameters.js';
import { isKeyThumbprint } from '../oauth/dpop.js';
import { isCodeChallenge } from '../oauth/pkce.js';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { isAdministrative, isScopeToken, parseScope } from '../oauth/scope.js';
import { isServerScope } from '../oauth/server-scopes.js';
import { requestedMode } from './response-mode.js';

const LONGEST_HINT = 500;
const LONGEST_NONCE = 500;
/** Bytes. */
const LONGEST_STATE = 4_096;

/** What was asked for and is known; the first challenge's scopes when nothing was asked for (RFC 6749 §3.3). */
export function requestedScopes(
  parameters: Parameters,
  resource: ProtectedResource,
  { source }: OAuthClient,
): string[] {
  const requested = parseScope(parameters.get('scope'));
  if (requested.length === 0) return [...resource.challengeScopes];
  if (!requested.every(isScopeToken)) throw new InvalidScopeError('The scope is malformed.');
  const known = requested.filter((scope) => Object.hasOwn(resource.scopes, scope) || isServerScope(scope));
  if (known.length === 0)
    throw new InvalidScopeError('None of the requested scopes is known to the resource.');
  // A client that asks for the server's own scopes alone would get a token that opens nothing. One that somebody
  // registered by hand may want just that (OpenID Connect Core §3.1.2.1).
  const isForOpenId = source !== 'registered' && source !== 'document';
  if (isForOpenId || !known.every(isServerScope)) return known;
  return [...known, ...resource.challengeScopes.filter((scope) => !isAdministrative(scope))];
}

function requestedPrompts(parameters: Parameters): PromptValue[] {
  const prompts = parseScope(parameters.get('prompt')).map((value) => {
    const prompt = PROMPT_VALUES.find((candidate) => candidate === value);
    if (!prompt) throw new InvalidRequestError('The prompt is not supported.');
    return prompt;
  });
  // OpenID Connect Core §3.1.2.1: `none` with any other value is an error.
  if (prompts.includes('none') && prompts.length > 1)
    throw new InvalidRequestError('prompt=none excludes every other prompt.');
  return prompts;
}

function requestedMaxAge(parameters: Parameters): number | undefined {
  const value = parameters.get('max_age');
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new InvalidRequestError('max_age is not a number of seconds.');
  return Number(value);
}

function requestedNonce(parameters: Parameters): string | undefined {
  const nonce = parameters.get('nonce');
  if (nonce !== undefined && nonce.length > LONGEST_NONCE)
    throw new InvalidRequestError(`The nonce may have ${LONGEST_NONCE} characters.`);
  return nonce;
}

function requestedState(parameters: Parameters): string | undefined {
  const state = parameters.get('state');
  if (state !== undefined && Buffer.byteLength(state) > LONGEST_STATE)
    throw new InvalidRequestError(`The state may have ${LONGEST_STATE} bytes.`);
  return state;
}

function requestedChallenge(parameters: Parameters): string {
  const challenge = parameters.require('code_challenge');
  // RFC 7636 §4.3: without a method it would be `plain`, which is never accepted (OAuth 2.1 §4.1.1).
  if (parameters.get('code_challenge_method') !== 'S256')
    throw new InvalidRequestError('The code_challenge_method must be S256.');
  if (!isCodeChallenge(challenge)) throw new InvalidRequestError('The code_challenge is malformed.');
  return challenge;
}

function requestedKey(parameters: Parameters): string | undefined {
  const thumbprint = parameters.get('dpop_jkt');
  if (thumbprint !== undefined && !isKeyThumbprint(thumbprint))
    throw new InvalidRequestError('The dpop_jkt is no SHA-256 thumbprint of a key.');
  return thumbprint;
}

/** Checks a request whose client and redirect URI are trusted (OAuth 2.1 §4.1.1); every error may be redirected. */
export function parseAuthorizationRequest(
  parameters: Parameters,
  client: OAuthClient,
  redirectUri: string,
  resources: ProtectedResources,
): AuthorizationRequest {
  parameters.refuseRepeated('resource');
  if (parameters.has('request'))
    throw new OAuthError('request_not_supported', 'Request objects are not supported.', 400);
  if (parameters.has('request_uri'))
    throw new OAuthError('request_uri_not_supported', 'Request URIs are not supported.', 400);
  if (parameters.require('response_type') !== 'code')
    throw new UnsupportedResponseTypeError('The response_type must be code.');
  const responseMode = requestedMode(parameters, redirectUri);
  if (!client.grantTypes.includes('authorization_code'))
    throw new UnauthorizedClientError('The client may not use the authorization code grant.');
  const resource = resources.requestedOrDefault(parameters.getAll('resource'));
  const loginHint = parameters.get('login_hint');
  return {
    clientId: client.clientId,
    redirectUri,
    state: requestedState(parameters),
    responseMode,
    resource: resource.identifier,
    scopes: requestedScopes(parameters, resource, client),
    codeChallenge: requestedChallenge(parameters),
    prompts: requestedPrompts(parameters),
    maxAge: requestedMaxAge(parameters),
    nonce: requestedNonce(parameters),
    keyThumbprint: requestedKey(parameters),
    loginHint: loginHint !== undefined && loginHint.length <= LONGEST_HINT ? loginHint : undefined,
  };
}

import { checkBackchannelLogoutUri } from '../oauth/backchannel-logout-uri.js';
import { InvalidClientMetadataError, InvalidRedirectUriError } from '../oauth/errors.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import { isStorable } from '../oauth/storable-text.js';
import type { NewClient } from '../persistence/client.store.js';
import { readJwks } from '../oauth/json-web-keys.js';
import { type ClientMetadataMembers, pickMembers } from './client-metadata-members.js';

/** What this server can do for a client, by the names of its registries. */
export abstract class SupportedMetadata {
  abstract readonly grantTypes: readonly string[];
  /** Those of a client that names none. */
  abstract readonly usualGrantTypes: readonly string[];
  abstract readonly authMethods: readonly string[];
  /** Private-use schemes without a dot that a client may be sent back to. */
  abstract readonly redirectSchemes: readonly string[];
  /** For development: a client may be told of logouts on this computer. */
  abstract readonly allowLoopback: boolean;
}

/** A client's metadata, checked and with its defaults. */
export type ClientMetadata = Pick<
  NewClient,
  | 'name'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'backchannelLogoutUri'
  | 'backchannelLogoutSessionRequired'
  | 'grantTypes'
  | 'tokenEndpointAuthMethod'
  | 'jwks'
  | 'jwksUri'
  | 'clientUri'
  | 'logoUri'
  | 'dpopBoundAccessTokens'
  | 'requirePushedAuthorizationRequests'
  | 'type'
  | 'metadata'
> & { applicationType: ClientMetadataMembers['application_type'] };

/** Members that are kept for the record, and nothing else is done with them. */
const RECORDED = ['scope', 'tos_uri', 'policy_uri', 'contacts', 'software_id', 'software_version'] as const;

/**
 * Reads the metadata of a client (RFC 7591 §2). Missing `grant_types` mean the usual ones; unsupported ones are
 * dropped.
 * @param defaultAuthMethod what a missing `token_endpoint_auth_method` means.
 * @throws InvalidRedirectUriError, InvalidClientMetadataError (RFC 7591 §3.2.2).
 */
export function readClientMetadata(
  metadata: unknown,
  supported: SupportedMetadata,
  defaultAuthMethod: string,
): ClientMetadata {
  const members = parse(metadata);
  const redirectUris = readRedirectUris(members.redirect_uris, supported.redirectSchemes);
  const tokenEndpointAuthMethod = members.token_endpoint_auth_method ?? defaultAuthMethod;
  if (!supported.authMethods.includes(tokenEndpointAuthMethod))
    throw new InvalidClientMetadataError('The token_endpoint_auth_method is not supported.');
  const keys = clientKeys(members, tokenEndpointAuthMethod);
  return {
    name: members.client_name ?? null,
    redirectUris,
    postLogoutRedirectUris: readLogoutUris(members.post_logout_redirect_uris, supported.redirectSchemes),
    backchannelLogoutUri: readBackchannelUri(members.backchannel_logout_uri, supported.allowLoopback),
    backchannelLogoutSessionRequired: members.backchannel_logout_session_required ?? false,
    grantTypes: grantTypes(members, supported),
    tokenEndpointAuthMethod,
    jwks: keys.jwks,
    jwksUri: keys.jwksUri,
    clientUri: members.client_uri ?? null,
    logoUri: members.logo_uri ?? null,
    dpopBoundAccessTokens: members.dpop_bound_access_tokens ?? false,
    requirePushedAuthorizationRequests: members.require_pushed_authorization_requests ?? false,
    type: members.application_type ?? 'native',
    applicationType: members.application_type,
    metadata: Object.fromEntries(RECORDED.flatMap((name) => (members[name] ? [[name, members[name]]] : []))),
  };
}

/** RFC 7591 §2: a server may replace what it does not support; one such entry must not cost a client the others. */
function readRedirectUris(given: readonly string[], schemes: readonly string[]): string[] {
  const uris = [...new Set(given)].map((uri) => ({ uri, problem: checkRedirectUri(uri, schemes) }));
  const good = uris.flatMap(({ uri, problem }) => (problem ? [] : [uri]));
  const fatal = uris.find(({ problem }) => problem && (!problem.dispensable || good.length === 0));
  if (fatal?.problem) throw new InvalidRedirectUriError(fatal.problem.sentence);
  return good;
}

/** OpenID Connect RP-Initiated Logout §3.1; held to what redirect URIs are held to. */
function readLogoutUris(given: readonly string[] | undefined, schemes: readonly string[]): string[] | null {
  const uris = [...new Set(given ?? [])];
  const problem = uris.map((uri) => checkRedirectUri(uri, schemes)).find((each) => each !== null);
  if (problem)
    throw new InvalidClientMetadataError(`The post_logout_redirect_uris are wrong. ${problem.sentence}`);
  return uris.length > 0 ? uris : null;
}

/** OpenID Connect Back-Channel Logout §2.2. */
function readBackchannelUri(uri: string | undefined, allowLoopback: boolean): string | null {
  const problem = uri === undefined ? null : checkBackchannelLogoutUri(uri, allowLoopback);
  if (problem) throw new InvalidClientMetadataError(`The backchannel_logout_uri ${problem}.`);
  return uri ?? null;
}

function grantTypes(
  { grant_types: requested, response_types: responses }: ClientMetadataMembers,
  supported: SupportedMetadata,
): string[] {
  if (responses && responses.length > 0 && !responses.includes('code'))
    throw new InvalidClientMetadataError('The response_types must include code.');
  const known = requested?.length
    ? supported.grantTypes.filter((name) => requested.includes(name))
    : [...supported.usualGrantTypes];
  if (!known.includes('authorization_code'))
    throw new InvalidClientMetadataError('The grant_types must include authorization_code.');
  return known;
}

/** RFC 7591 §2: the keys by value or by reference; needed, and kept, for the method that proves them alone. */
function clientKeys({ jwks, jwks_uri: jwksUri }: ClientMetadataMembers, authMethod: string) {
  if (jwks && jwksUri) throw new InvalidClientMetadataError('jwks and jwks_uri exclude each other.');
  const keys = jwks ? readJwks(jwks) : null;
  if (authMethod !== 'private_key_jwt') return { jwks: null, jwksUri: null };
  if (!keys && !jwksUri) throw new InvalidClientMetadataError('private_key_jwt needs jwks or jwks_uri.');
  return { jwks: keys, jwksUri: jwksUri ?? null };
}

/** The known members of a JSON object; null and empty strings count as not given, as clients send them so. */
function parse(metadata: unknown): ClientMetadataMembers {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw new InvalidClientMetadataError('The client metadata must be a JSON object.');
  // What every object inherits is no member.
  const given = Object.fromEntries(
    Object.entries(metadata).filter(
      ([name, value]) => value !== null && value !== '' && !(name in Object.prototype),
    ),
  );
  // An application_type that nobody knows must not stand in a native client's way.
  if (given['application_type'] !== 'native' && given['application_type'] !== 'web')
    delete given['application_type'];
  const { members, problem } = pickMembers(given);
  if (problem?.member === 'redirect_uris') throw new InvalidRedirectUriError(problem.sentence);
  if (problem) throw new InvalidClientMetadataError(problem.sentence);
  const { redirect_uris: _checkedByForm, jwks: _checkedByKey, ...texts } = members;
  if (
    Object.values(texts)
      .flat()
      .some((text) => typeof text === 'string' && !isStorable(text))
  )
    throw new InvalidClientMetadataError('The client metadata holds a NUL character or a lone surrogate.');
  return members;
}

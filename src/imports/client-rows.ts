import { isClientIdUrl } from '../clients/client-id-url.js';
import {
  type ClientMetadata,
  readClientMetadata,
  type SupportedMetadata,
} from '../clients/client-metadata.js';
import { pickMembers } from '../clients/client-metadata-members.js';
import { checkBackchannelLogoutUri } from '../oauth/backchannel-logout-uri.js';
import { OAuthError } from '../oauth/errors.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import type { ForeignRow } from '../persistence/foreign-database.js';
import { isTrue, json, text, texts } from './row-values.js';

/** A client of Better Auth, in the words of a registration. */
export interface ForeignClient extends ClientMetadata {
  /** What its metadata says that cannot be taken over, as the ends of sentences about it. */
  lost: string[];
}

/** What a client can do without. */
const DISPENSABLE = [
  'client_name',
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'contacts',
  'software_id',
  'software_version',
  'scope',
  'response_types',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
];

/** The registration (RFC 7591 §2) of a row of the first generation, which keeps little of it. */
export function registrationOfA(row: ForeignRow): Record<string, unknown> {
  const type = text(row['type']);
  return {
    client_name: text(row['name']),
    logo_uri: text(row['icon']),
    redirect_uris: texts(row['redirectUrls']),
    token_endpoint_auth_method: type === 'public' || text(row['clientSecret']) === null ? 'none' : undefined,
    application_type: type,
  };
}

/** The same of the second generation. */
export function registrationOfB(row: ForeignRow): Record<string, unknown> {
  const keys = json(row['jwks']);
  return {
    client_name: text(row['name']),
    client_uri: text(row['uri']),
    logo_uri: text(row['icon']),
    tos_uri: text(row['tos']),
    policy_uri: text(row['policy']),
    contacts: texts(row['contacts']),
    software_id: text(row['softwareId']),
    software_version: text(row['softwareVersion']),
    redirect_uris: texts(row['redirectUris']),
    post_logout_redirect_uris: texts(row['postLogoutRedirectUris']),
    backchannel_logout_uri: text(row['backchannelLogoutUri']),
    backchannel_logout_session_required: isTrue(row['backchannelLogoutSessionRequired']),
    token_endpoint_auth_method:
      text(row['tokenEndpointAuthMethod']) ?? (text(row['clientSecret']) === null ? 'none' : undefined),
    application_type: text(row['applicationType']),
    jwks: Array.isArray(keys) ? { keys } : keys,
    jwks_uri: text(row['jwksUri']),
    grant_types: texts(row['grantTypes']),
    response_types: texts(row['responseTypes']),
    scope: texts(row['scopes']).join(' '),
    dpop_bound_access_tokens: isTrue(row['dpopBoundAccessTokens']),
  };
}

/** Why a client of the second generation that acts for people cannot go on here, as the end of a sentence; null when it can. */
export function hindrance(row: ForeignRow): string | null {
  const grantTypes = texts(row['grantTypes']);
  return grantTypes.length > 0 && !grantTypes.includes('authorization_code')
    ? `uses a grant type that is not known here (${grantTypes.join(', ')})`
    : null;
}

/** Whether a client is known by the URL of its metadata. */
export function isDocument(row: ForeignRow): boolean {
  return text(row['clientDiscoveryId']) !== null || isClientIdUrl(String(row['clientId']), true);
}

/** Reads a registration as if the client had just sent it. @throws Error with the end of a sentence about it. */
export function readClient(
  registration: Record<string, unknown>,
  supported: SupportedMetadata,
): ForeignClient {
  const members = Object.fromEntries(
    Object.entries(registration).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
  const lost: string[] = [];
  for (;;) {
    const { problem } = pickMembers(members);
    if (!problem || !DISPENSABLE.includes(problem.member)) break;
    lost.push(`loses its ${problem.member}, which ${problem.sentence.slice(problem.member.length + 1, -1)}`);
    delete members[problem.member];
  }
  lost.push(...dropLogoutUris(members, supported));
  try {
    const client = readClientMetadata(members, supported, 'client_secret_basic');
    const dropped = texts(members['redirect_uris']).filter((uri) => !client.redirectUris.includes(uri));
    return {
      ...client,
      lost: [...lost, ...dropped.map(() => 'loses a redirect URI that is not allowed here')],
    };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    throw new Error(`cannot be a client here: ${error.description.replace(/\.$/, '')}`, { cause: error });
  }
}

/** Takes away where a client hears of logouts, and sends people back to after them, if that is not allowed here. */
function dropLogoutUris(
  members: Record<string, unknown>,
  { redirectSchemes, allowLoopback }: SupportedMetadata,
): string[] {
  const lost: string[] = [];
  const given = texts(members['post_logout_redirect_uris']);
  const allowed = given.filter((uri) => checkRedirectUri(uri, redirectSchemes) === null);
  if (allowed.length < given.length) {
    members['post_logout_redirect_uris'] = allowed;
    lost.push('loses a post_logout_redirect_uri that is not allowed here');
  }
  const uri = members['backchannel_logout_uri'];
  const problem = uri === undefined ? null : checkBackchannelLogoutUri(uri, allowLoopback);
  if (problem !== null) {
    delete members['backchannel_logout_uri'];
    lost.push(`loses its backchannel_logout_uri, which ${problem}`);
  }
  return lost;
}

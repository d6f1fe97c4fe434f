import type { JsonWebKey } from 'node:crypto';
import { LONGEST_REDIRECT_URI } from '../oauth/redirect-uri.js';

const MOST_REDIRECT_URIS = 20;
const LONGEST_NAME = 200;
const LONGEST_URI = 2_000;

/** The members of a client's metadata that are acted upon (RFC 7591 §2); every other member is ignored. */
export interface ClientMetadataMembers {
  redirect_uris: string[];
  post_logout_redirect_uris?: string[];
  backchannel_logout_uri?: string;
  backchannel_logout_session_required?: boolean;
  client_name?: string;
  token_endpoint_auth_method?: string;
  grant_types?: string[];
  response_types?: string[];
  scope?: string;
  client_uri?: string;
  logo_uri?: string;
  tos_uri?: string;
  policy_uri?: string;
  jwks?: { keys: JsonWebKey[] };
  jwks_uri?: string;
  contacts?: string[];
  software_id?: string;
  software_version?: string;
  application_type?: 'native' | 'web';
  dpop_bound_access_tokens?: boolean;
  require_pushed_authorization_requests?: boolean;
}

/** What a value must be, as the end of a sentence that begins with the member's name. */
interface Rule {
  demand: string;
  holds(value: unknown): boolean;
}

const text = (most: number): Rule => ({
  demand: `must be a string of at most ${most} characters`,
  holds: (value) => typeof value === 'string' && value.length <= most,
});

const texts = (least: number, most: number, longest = LONGEST_NAME): Rule => ({
  demand: `must be an array of ${least} to ${most} strings of at most ${longest} characters each`,
  holds: (value) =>
    Array.isArray(value) &&
    value.length >= least &&
    value.length <= most &&
    value.every((each) => text(longest).holds(each)),
});

const uri = (...schemes: string[]): Rule => ({
  demand: `must be an absolute ${schemes.join(' or ')} URI of at most ${LONGEST_URI} characters`,
  holds: (value) =>
    text(LONGEST_URI).holds(value) &&
    schemes.some((scheme) => String(value).toLowerCase().startsWith(`${scheme}://`)) &&
    URL.canParse(String(value)),
});

const YES_OR_NO: Rule = { demand: 'must be true or false', holds: (value) => typeof value === 'boolean' };

const RULES: Record<keyof ClientMetadataMembers, Rule> = {
  redirect_uris: texts(1, MOST_REDIRECT_URIS, LONGEST_REDIRECT_URI),
  post_logout_redirect_uris: texts(0, MOST_REDIRECT_URIS, LONGEST_REDIRECT_URI),
  backchannel_logout_uri: text(LONGEST_URI),
  backchannel_logout_session_required: YES_OR_NO,
  client_name: text(LONGEST_NAME),
  token_endpoint_auth_method: text(LONGEST_NAME),
  grant_types: texts(0, 20),
  response_types: texts(0, 20),
  scope: text(LONGEST_URI),
  client_uri: uri('https', 'http'),
  logo_uri: uri('https', 'http'),
  tos_uri: uri('https', 'http'),
  policy_uri: uri('https', 'http'),
  jwks: {
    demand: 'must be an object',
    holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  jwks_uri: uri('https'),
  contacts: texts(0, 10),
  software_id: text(LONGEST_NAME),
  software_version: text(LONGEST_NAME),
  application_type: {
    demand: 'must be native or web',
    holds: (value) => value === 'native' || value === 'web',
  },
  dpop_bound_access_tokens: YES_OR_NO,
  require_pushed_authorization_requests: YES_OR_NO,
};

const KNOWN = Object.entries(RULES);

/** The members that are known, and what is wrong with the first that is not as it must be. */
export function pickMembers(given: Readonly<Record<string, unknown>>): {
  members: ClientMetadataMembers;
  problem: { member: string; sentence: string } | null;
} {
  const known = KNOWN.filter(([member]) => given[member] !== undefined || member === 'redirect_uris');
  const wrong = known.find(([member, rule]) => !rule.holds(given[member]));
  return {
    members: Object.fromEntries(
      known.map(([member]) => [member, given[member]]),
    ) as unknown as ClientMetadataMembers,
    problem: wrong ? { member: wrong[0], sentence: `${wrong[0]} ${wrong[1].demand}.` } : null,
  };
}

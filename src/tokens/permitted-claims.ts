/** Characters of a host's claims as JSON: a token travels in a header. */
const LARGEST = 4_096;

/** Set by the issuer in every token, and never by a host (RFC 9068 §2.2, RFC 7519 §4.1, OpenID Connect Core §2). */
const RESERVED = [
  'iss',
  'sub',
  'sub_type',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'cnf',
  'act',
  'may_act',
  'auth_time',
  'acr',
  'amr',
  'azp',
  'sid',
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'client_id',
  'scope',
  'status',
  'grant_id',
  'delegated_from',
  'iat_ms',
];

/** A host's claims without those that are reserved. @throws Error when they are larger than 4 kB. */
export function permittedClaims(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const permitted = Object.fromEntries(Object.entries(claims).filter(([name]) => !RESERVED.includes(name)));
  if (JSON.stringify(permitted).length > LARGEST)
    throw new Error('The claims of the ClaimsProvider are larger than 4 kB: leave some out.');
  return permitted;
}

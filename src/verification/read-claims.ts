import type { AccessTokenClaims } from '../oauth/access-token.js';
import { readActor } from '../oauth/actor.js';
import { parseScope } from '../oauth/scope.js';
import type { StatusReference } from '../oauth/status-list.js';
import { INVALID_TOKEN } from './invalid-token.error.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

/** Seconds by which another issuer's clock may be ahead. */
const CLOCK_TOLERANCE = 30;
/** One array for all tokens: most have none. */
const NO_GRANTS: readonly string[] = Object.freeze([]);

/**
 * What the claims of a token say, whose signature by `keyId` is good (RFC 9068 §4).
 * @param now milliseconds since the epoch.
 * @throws InvalidTokenError
 */
export function readClaims(
  claims: AccessTokenClaims,
  keyId: string,
  issuer: string,
  now: number,
): VerifiedAccessToken {
  const { iss, aud, sub, jti, client_id: clientId, exp, iat, nbf }: Record<string, unknown> = claims;
  const {
    scope,
    grant_id: grantId,
    iat_ms: issuedAt,
    cnf,
    act,
    delegated_from: from,
  }: Record<string, unknown> = claims;
  const audience: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (typeof audience !== 'string' || typeof sub !== 'string' || typeof jti !== 'string')
    throw INVALID_TOKEN.lacksClaim;
  if (typeof clientId !== 'string' || !isTime(exp) || !isTime(iat)) throw INVALID_TOKEN.lacksClaim;
  if (iss !== issuer) throw INVALID_TOKEN.otherIssuer;
  const latest = now / 1000 + CLOCK_TOLERANCE;
  if (iat > latest || (nbf !== undefined && !(isTime(nbf) && nbf <= latest))) throw INVALID_TOKEN.notYetValid;
  const actor = readActor(act);
  if (actor === undefined) throw INVALID_TOKEN.malformed;
  return {
    tokenId: jti,
    grantId: typeof grantId === 'string' ? grantId : null,
    delegatedFrom: grantsOf(from),
    userId: claims.sub_type === 'client' || sub === clientId ? null : sub,
    clientId,
    keyId,
    issuedAt: isTime(issuedAt) ? issuedAt : iat * 1000,
    expiresAt: exp * 1000,
    scopes: Object.freeze(parseScope(typeof scope === 'string' ? scope : '')),
    resource: audience,
    status: statusOf(claims),
    confirmation: objectOf(cnf),
    actor,
  };
}

/** Token Status List §6.2. @throws InvalidTokenError for a status that cannot be read. */
function statusOf({ status }: Record<string, unknown>): StatusReference | null {
  if (status === undefined) return null;
  const { status_list: reference } = (status ?? {}) as { status_list?: unknown };
  const { idx, uri } = (reference ?? {}) as Record<string, unknown>;
  if (typeof idx !== 'number' || !Number.isInteger(idx) || idx < 0 || typeof uri !== 'string')
    throw INVALID_TOKEN.unreadableStatus;
  return { idx, uri };
}

/** Ids of grants; none for a token of a grant that is no descendant. @throws InvalidTokenError */
function grantsOf(claim: unknown): readonly string[] {
  if (claim === undefined) return NO_GRANTS;
  if (!Array.isArray(claim) || !claim.every((id) => typeof id === 'string')) throw INVALID_TOKEN.malformed;
  return Object.freeze(claim);
}

/** A claim that is an object; null when there is none. @throws InvalidTokenError for anything else. */
function objectOf(claim: unknown): Record<string, unknown> | null {
  if (claim === undefined) return null;
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) throw INVALID_TOKEN.malformed;
  return Object.freeze(claim) as Record<string, unknown>;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

import { isStorable } from '../oauth/storable-text.js';
import type { AssertionClaims } from './assertion-claims.js';
import { readConditions } from './assertion-conditions.js';

/** `typ` of an assertion that says for whom a client asks (draft-ietf-oauth-identity-assertion-authz-grant §3). */
export const IDENTITY_ASSERTION = 'oauth-id-jag+jwt';
/** Its profile of jwt-bearer, as the metadata names it (the same draft, §7.2). */
export const IDENTITY_ASSERTION_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';
/** Seconds: nobody has signed in after the assertion was made. */
const CLOCK_TOLERANCE = 10;
const MOST_VALUES = 20;
const LONGEST_TEXT = 2_000;

/** What an identity assertion says beside what every assertion does. */
export interface IdentityAssertion {
  clientId: string;
  /** Undefined where it names none. */
  resources: readonly string[] | undefined;
  /** Undefined where it does not say. */
  scope: string | undefined;
  tenant: string | null;
  email: string | null;
  emailVerified: boolean;
  /** Seconds since the epoch; null where it does not say. */
  authTime: number | null;
  amr: readonly string[] | null;
  acr: string | null;
  /** Of the key that whoever presents it must prove to hold (RFC 9449 §6.1); null for none. */
  keyThumbprint: string | null;
}

/** Null where a member is missing, of another type, or asks for something that is not understood here. */
export function readIdentityAssertion({ members, iat }: AssertionClaims): IdentityAssertion | null {
  const { client_id: clientId, resource, scope, tenant, email, acr } = members;
  const { auth_time: authTime, amr, email_verified: emailVerified } = members;
  const conditions = readConditions(members);
  const resources = resource === undefined ? undefined : [resource].flat();
  if (
    iat === undefined ||
    !conditions ||
    !isText(clientId) ||
    !(resources === undefined || (isTexts(resources) && resources.length > 0)) ||
    !(scope === undefined || (typeof scope === 'string' && isStorable(scope))) ||
    !(tenant === undefined || isText(tenant)) ||
    !(email === undefined || isText(email)) ||
    !(acr === undefined || isText(acr)) ||
    !(authTime === undefined || (isTime(authTime) && authTime <= iat + CLOCK_TOLERANCE)) ||
    !(amr === undefined || isTexts(amr))
  )
    return null;
  return {
    clientId,
    resources,
    scope,
    tenant: tenant ?? null,
    email: email ?? null,
    emailVerified: emailVerified === true,
    authTime: authTime ?? null,
    amr: amr ?? null,
    acr: acr ?? null,
    keyThumbprint: conditions.keyThumbprint,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT && isStorable(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MOST_VALUES && value.every(isText);
}

/** Seconds of which a date can be made. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 253_402_300_799;
}

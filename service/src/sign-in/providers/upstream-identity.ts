import { displayText } from 'nestjs-mcp-auth/service-kit';
import { asciiLowerCase } from '../../config/ascii-lower-case.js';

/** Who somebody is, by the word of an identity provider. The issuer and the subject are the identity; the rest may change. */
export interface UpstreamIdentity {
  issuer: string;
  subject: string;
  name: string | null;
  /** In lower case. */
  email: string | null;
  emailVerified: boolean;
  picture: string | null;
  /** The company of a Google Workspace account. */
  hostedDomain: string | null;
  /** `elsewhere`: there are more than the provider sends. `overage`: there are more than we take. */
  groups: string[] | 'elsewhere' | 'overage';
}

/** Characters. */
const LONGEST_SUBJECT = 255;
const LONGEST_NAME = 200;
const LONGEST_EMAIL = 254;
const LONGEST_GROUP = 256;
const LONGEST_URL = 2_000;
const MOST_GROUPS_OF_TOKEN = 500;
/** Of one person, however they come. */
export const MOST_GROUPS = 5_000;
const LONE_SURROGATE = /\p{Surrogate}/u;

export type Claims = Record<string, unknown>;

/** Reads a verified id_token; null without a usable subject. A provider's words are a stranger's: text alone counts. */
export function readIdentity(issuer: string, claims: Claims, groupsClaim: string): UpstreamIdentity | null {
  const subject = text(claims['sub'], LONGEST_SUBJECT);
  if (subject === null) return null;
  return {
    issuer,
    subject,
    name: displayText(text(claims['name'], LONGEST_NAME) ?? '', LONGEST_NAME) || null,
    email: emailAddress(claims['email']),
    emailVerified: isTrue(claims['email_verified']) || isTrue(claims['xms_edov']),
    picture: pictureUrl(claims['picture']),
    hostedDomain: lowerCase(text(claims['hd'], LONGEST_EMAIL)),
    groups: groups(claims, groupsClaim),
  };
}

/** Entra ID leaves the groups out when there are too many, and says only where they could be had. */
function groups(claims: Claims, claim: string): UpstreamIdentity['groups'] {
  const named = [claims[claim] ?? []].flat();
  const elsewhere = claims['_claim_names'];
  const isElsewhere = typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, claim);
  if (named.length === 0 && (isElsewhere || isTrue(claims['hasgroups']))) return 'elsewhere';
  return named.length > MOST_GROUPS_OF_TOKEN ? 'overage' : groupNames(named);
}

/** Those that can be the name of a group. */
export function groupNames(values: readonly unknown[]): string[] {
  return values.flatMap((value) => text(value, LONGEST_GROUP) ?? []);
}

/** The text as it is, character by character; null for none, and for what cannot be stored. */
function text(value: unknown, longest: number): string | null {
  if (typeof value !== 'string' || value === '' || value.length > longest || value.includes('\0'))
    return null;
  return LONE_SURROGATE.test(value) ? null : value;
}

/** One that looks like another, because of what cannot be seen in it, is none. */
function emailAddress(value: unknown): string | null {
  const email = lowerCase(text(value, LONGEST_EMAIL));
  return email?.includes('@') && !/\s/.test(email) && displayText(email, LONGEST_EMAIL) === email
    ? email
    : null;
}

function lowerCase(value: string | null): string | null {
  return value === null ? null : asciiLowerCase(value);
}

/** `xms_edov` comes as a number or as text, too. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

function pictureUrl(value: unknown): string | null {
  const url = text(value, LONGEST_URL);
  return url !== null && URL.canParse(url) && new URL(url).protocol === 'https:' ? url : null;
}

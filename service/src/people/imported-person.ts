import type { BetterAuthPerson, ImportTally } from 'nestjs-mcp-auth/better-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { isEmailAddress } from '../config/email-address.js';
import type { SignInConfig } from '../config/sign-in-config.js';
import { type Role, ROLES } from '../web/roles.js';
import { isBetterAuthHash } from './better-auth-password.js';
import { type IssuersOfProviders, readIdentities } from './imported-identities.js';
import { allowsPassword } from './password-policy.js';
import { CREDENTIAL, normaliseEmail } from './users.js';

/** A person as they are taken over. */
export interface ImportedPerson {
  subject: string;
  name: string;
  email: string;
  emailVerified: boolean;
  image: string | null;
  role: Role;
  disabled: boolean;
  createdAt: Date;
  /** As Better Auth has hashed it; null for none. */
  password: string | null;
  identities: readonly { issuer: string; sub: string }[];
}

/** What is decided about everybody. */
export interface PeopleChoices {
  config: Pick<SignInConfig, 'passwords' | 'providers'>;
  /** Our roles by theirs. */
  roles: ReadonlyMap<string, Role>;
  issuers: IssuersOfProviders;
}

const LONGEST_ID = 255;
const LONGEST_NAME = 200;
const LONGEST_URL = 2_000;
/** The role that the admin plugin gives to everybody. */
const ORDINARY = 'user';

/** Why nobody can be a person here as they are, as the end of a sentence; null when they can. */
export function obstacle({ id, email, anonymous, sharesEmail }: BetterAuthPerson): string | null {
  if (id === '' || id.length > LONGEST_ID) return 'has an id that none can have';
  if (anonymous) return 'is a visitor without an account';
  if (!isEmailAddress(email)) return 'has no email address that can be one here';
  return sharesEmail ? 'has the same email address as another: leave one of them there' : null;
}

/** A person, with the ways to sign in that work here; what does not is told to the tally. */
export function readPerson(
  person: BetterAuthPerson,
  { config, roles, issuers }: PeopleChoices,
  tally: ImportTally,
): ImportedPerson {
  const { id, banned, emailVerified, image, createdAt } = person;
  const email = normaliseEmail(person.email);
  const role = banned ? 'member' : roleOf(person, roles, tally);
  const password = passwordOf(person, allowsPassword(config, role), tally);
  const identities = readIdentities(person, issuers, tally);
  if (password === null && identities.length === 0)
    tally.note('A person has no way to sign in yet: a provider that speaks for their address, or a link');
  return {
    subject: id,
    name: displayText(person.name, LONGEST_NAME) || (email.split('@', 1)[0] ?? email),
    email,
    emailVerified,
    image: image !== null && image.length <= LONGEST_URL && /^https:\/\/\S+$/.test(image) ? image : null,
    role,
    disabled: banned,
    createdAt,
    password,
    identities,
  };
}

/** The greatest of their roles. Power over this service comes from its own administrators' word alone. */
function roleOf(
  { roles: theirs }: BetterAuthPerson,
  roles: ReadonlyMap<string, Role>,
  tally: ImportTally,
): Role {
  const ours = theirs.flatMap((role) => roles.get(role) ?? []);
  const lost = theirs.filter((role) => role !== ORDINARY && !roles.has(role));
  for (const role of lost)
    tally.note(`A person was ${displayText(role, 40)} there, which counts for nothing here (--role)`);
  return ROLES.findLast((role) => ours.includes(role)) ?? 'member';
}

function passwordOf(
  { id, accounts, twoFactor }: BetterAuthPerson,
  isAllowed: boolean,
  tally: ImportTally,
): string | null {
  const password = accounts.find(({ providerId }) => providerId === CREDENTIAL)?.password ?? null;
  if (password === null) return null;
  const why = passwordObstacle(password, twoFactor, isAllowed);
  if (why === null) tally.take('passwords');
  else tally.leave('passwords', id, why);
  return why === null ? password : null;
}

function passwordObstacle(password: string, twoFactor: boolean, isAllowed: boolean): string | null {
  if (!isAllowed) return 'is of a person who may use none here (MCP_AUTH_PASSWORDS)';
  if (twoFactor)
    return 'was not enough there, where a second factor was asked for, which there is none of here: send a link for a new one';
  return isBetterAuthHash(password)
    ? null
    : "is hashed in a way of the application's own: send a link for a new one";
}

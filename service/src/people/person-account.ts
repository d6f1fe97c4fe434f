import type { McpAccount } from 'nestjs-mcp-auth';
import type { Identity } from './entities/identity.entity.js';
import type { Role } from '../web/roles.js';
import type { User } from './entities/user.entity.js';

/** Groups of somebody, by the word of one provider. */
export interface Membership {
  /** Null for those that no provider speaks for: the ones of a person without an identity. */
  issuer: string | null;
  groups: readonly string[];
  /** When they were read; null for those that never grow old. */
  readAt: Date | null;
}

/** A person, as the library and the policy know them. */
export interface PersonAccount extends McpAccount {
  role: Role;
  /** Of every identity; they add up. */
  memberships: readonly Membership[];
}

export function asAccount(user: User & { identities: readonly Identity[] }): PersonAccount {
  const { subject, name, email, emailVerified, image, disabledAt, role, groups, identities } = user;
  const local = { issuer: null, groups, readAt: null };
  return {
    id: subject,
    name,
    email,
    emailVerified,
    picture: image ?? undefined,
    disabled: disabledAt !== null,
    role,
    memberships:
      identities.length === 0
        ? [local]
        : identities.map(({ issuer, groups, groupsReadAt }) => ({ issuer, groups, readAt: groupsReadAt })),
  };
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Person } from '../../people/people.js';
import type { PersonState as State } from '../../people/person-state.js';
import { type Role, ROLES } from '../../web/roles.js';
import { COUNT_LIMIT } from '../../web/counted.js';
import { CountedPageOf } from '../page-of.js';

/** What administrators change about a person: what the ETag stands for. */
@ApiSchema({ name: 'PersonState' })
export class PersonState implements State {
  @ApiProperty()
  email: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role: Role;

  @ApiProperty()
  disabled: boolean;
}

@ApiSchema({ name: 'SignInWays' })
class SignInWays {
  @ApiProperty()
  password: boolean;

  @ApiProperty({ type: [String], description: 'Issuers of identity providers.' })
  issuers: string[];
}

@ApiSchema({ name: 'Person' })
export class PersonBody extends PersonState {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: '`sub` of their tokens.' })
  subject: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  emailVerified: boolean;

  @ApiProperty({ type: SignInWays })
  signIn: SignInWays;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSignInAt: string | null;
}

@ApiSchema({ name: 'PeoplePage' })
export class PeoplePageBody extends CountedPageOf(PersonBody, COUNT_LIMIT) {}

export function personBody({ user, hasPassword, identities }: Person): PersonBody {
  const { id, subject, name, email, role, disabledAt, emailVerified, createdAt, lastSignInAt } = user;
  return {
    id,
    subject,
    name,
    email,
    role,
    disabled: disabledAt !== null,
    emailVerified,
    signIn: { password: hasPassword, issuers: [...new Set(identities.map(({ issuer }) => issuer))] },
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  };
}

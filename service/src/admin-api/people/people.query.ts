import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { PEOPLE_ORDERS, type PeopleOrder } from '../../people/people-filter.js';
import { ACCOUNT_STATES, SIGNED_IN } from '../../people/people-search.dto.js';
import { EmailAddress } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';
import { CountedAt, CountedConnections } from '../connections/counted-connections.js';
import { NO_EMAIL, StorableText } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';

const SORTINGS = PEOPLE_ORDERS.flatMap((order) => [order, `-${order}`] as const);

export class PeopleQuery {
  @ApiPropertyOptional({ maxLength: 100, description: 'A part of the name or of the email.' })
  @MayBeMissing()
  @StorableText(100)
  search?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @MayBeMissing()
  @IsIn(ROLES, { message: `$property must be one of ${ROLES.join(', ')}` })
  role?: Role;

  @ApiPropertyOptional({ enum: ACCOUNT_STATES })
  @MayBeMissing()
  @IsIn(ACCOUNT_STATES, { message: `$property must be one of ${ACCOUNT_STATES.join(', ')}` })
  state?: (typeof ACCOUNT_STATES)[number];

  @ApiPropertyOptional({
    description: 'The issuer of an identity provider that they sign in with, `password`, or `none`.',
  })
  @MayBeMissing()
  @StorableText(2_000)
  method?: string;

  @ApiPropertyOptional({ maxLength: 256, description: 'A group that they are in, as rules name it.' })
  @MayBeMissing()
  @StorableText(256)
  group?: string;

  @ApiPropertyOptional({ enum: SIGNED_IN, description: 'Whether they have signed in at least once.' })
  @MayBeMissing()
  @IsIn(SIGNED_IN, { message: `$property must be one of ${SIGNED_IN.join(', ')}` })
  signedIn?: (typeof SIGNED_IN)[number];

  @ApiPropertyOptional({
    enum: SORTINGS,
    default: 'email',
    description: 'With a dash, the other way round. Who never signed in stands before who did.',
  })
  @MayBeMissing()
  @IsIn(SORTINGS, { message: `$property must be one of ${SORTINGS.join(', ')}` })
  sort?: PeopleOrder | `-${PeopleOrder}`;

  @ApiPropertyOptional({ description: '`next` of the page before, in the same order.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}

export class RoleBody {
  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES, { message: `$property must be one of ${ROLES.join(', ')}` })
  role: Role;
}

export class EmailBody {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @EmailAddress(NO_EMAIL)
  email: string;
}

export class DisconnectBody {
  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'Of one connection. Without it all of them end, as `connections` and `at` of their count say.',
  })
  @MayBeMissing()
  @IsUUID(undefined, { message: '$property must be the id of a connection' })
  grantId?: string;

  @CountedConnections(isOfAll)
  connections: number;

  @CountedAt(isOfAll)
  at: string;
}

function isOfAll({ grantId }: DisconnectBody): boolean {
  return grantId === undefined;
}

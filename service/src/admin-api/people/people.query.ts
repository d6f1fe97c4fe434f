import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PEOPLE_ORDERS, type PeopleOrder } from '../../people/people-filter.js';
import { ACCOUNT_STATES, SIGNED_IN } from '../../people/people-search.dto.js';
import { EmailAddress } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';
import { StorableText } from '../storable-text.js';

const SORTINGS = PEOPLE_ORDERS.flatMap((order) => [order, `-${order}`] as const);

export class PeopleQuery {
  @ApiPropertyOptional({ maxLength: 100, description: 'A part of the name or of the email.' })
  @IsOptional()
  @StorableText(100)
  search?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @IsOptional()
  @IsIn(ROLES, { message: `$property must be one of ${ROLES.join(', ')}` })
  role?: Role;

  @ApiPropertyOptional({ enum: ACCOUNT_STATES })
  @IsOptional()
  @IsIn(ACCOUNT_STATES, { message: `$property must be one of ${ACCOUNT_STATES.join(', ')}` })
  state?: (typeof ACCOUNT_STATES)[number];

  @ApiPropertyOptional({
    description: 'The issuer of an identity provider that they sign in with, `password`, or `nothing`.',
  })
  @IsOptional()
  @StorableText(2_000)
  way?: string;

  @ApiPropertyOptional({ maxLength: 256, description: 'A group that they are in, as rules name it.' })
  @IsOptional()
  @StorableText(256)
  group?: string;

  @ApiPropertyOptional({ enum: SIGNED_IN, description: 'Whether they have signed in at least once.' })
  @IsOptional()
  @IsIn(SIGNED_IN, { message: `$property must be one of ${SIGNED_IN.join(', ')}` })
  signedIn?: (typeof SIGNED_IN)[number];

  @ApiPropertyOptional({
    enum: SORTINGS,
    default: 'email',
    description: 'With a dash, the other way round. Who never signed in stands before who did.',
  })
  @IsOptional()
  @IsIn(SORTINGS, { message: `$property must be one of ${SORTINGS.join(', ')}` })
  sort?: PeopleOrder | `-${PeopleOrder}`;

  @ApiPropertyOptional({ description: '`next` of the page before, in the same order.' })
  @IsOptional()
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
  @EmailAddress()
  email: string;
}

export class DisconnectBody {
  @ApiPropertyOptional({ format: 'uuid', description: 'Of one connection; all of them without it.' })
  @IsOptional()
  @IsUUID(undefined, { message: '$property must be the id of a connection' })
  grantId?: string;
}

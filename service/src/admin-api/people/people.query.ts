import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { EmailAddress } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';
import { NO_EMAIL, StorableText } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';

export class PeopleQuery {
  @ApiPropertyOptional({ maxLength: 100, description: 'A part of the name or of the email.' })
  @MayBeMissing()
  @StorableText(100)
  search?: string;

  @ApiPropertyOptional({ description: '`next` of the page before.' })
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
  @ApiPropertyOptional({ format: 'uuid', description: 'Of one connection; all of them without it.' })
  @MayBeMissing()
  @IsUUID(undefined, { message: '$property must be the id of a connection' })
  grantId?: string;
}

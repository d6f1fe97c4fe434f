import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { Invitation } from '../../people/entities/invitation.entity.js';
import { EmailAddress } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';
import { NO_EMAIL, StorableName, StorableText } from '../storable-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { CountedPageOf } from '../page-of.js';

export class InvitationsQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}

@ApiSchema({ name: 'NewInvitation' })
export class NewInvitationBody {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @EmailAddress(NO_EMAIL)
  email: string;

  @ApiPropertyOptional({ maxLength: 100, description: 'As you know the person.' })
  @MayBeMissing()
  @StorableName(100)
  name?: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES, { message: `$property must be one of ${ROLES.join(', ')}` })
  role: Role;
}

@ApiSchema({ name: 'InvitationLink' })
export class InvitationLinkBody {
  @ApiProperty({
    format: 'uri',
    description: 'Shown this once. It works once: whoever opens it gets the account.',
  })
  link: string;
}

@ApiSchema({ name: 'Invitation' })
export class InvitationBody {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  email: string;

  @ApiProperty({ type: String, nullable: true })
  name: string | null;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role: Role;

  @ApiProperty({ format: 'uuid', description: 'The person who made it.' })
  invitedBy: string;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt: string;
}

@ApiSchema({ name: 'InvitationPage' })
export class InvitationPageBody extends CountedPageOf(InvitationBody) {}

export function invitationBody(invitation: Invitation): InvitationBody {
  const { id, email, name, role, invitedBy, createdAt, expiresAt } = invitation;
  const [created, expires] = [createdAt.toISOString(), expiresAt.toISOString()];
  return { id, email, name, role, invitedBy, createdAt: created, expiresAt: expires };
}

import { IsEmail, IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { type Role, ROLES } from '../web/roles.js';

/** The form of an invitation. */
export class InvitationDto {
  @IsString()
  csrf: string;

  @IsEmail()
  @MaxLength(254)
  email: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  @IsIn(ROLES)
  role: Role;
}

export class RemoveInvitationDto {
  @IsString()
  csrf: string;

  @IsUUID()
  id: string;
}

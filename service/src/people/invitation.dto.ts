import { IsEmail, IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import type { Role } from './entities/user.entity.js';

/** The roles that there are. */
export const ROLE_NAMES: readonly Role[] = ['member', 'auditor', 'administrator'];

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

  @IsIn(ROLE_NAMES)
  role: Role;
}

export class RemoveInvitationDto {
  @IsString()
  csrf: string;

  @IsUUID()
  id: string;
}

import { Equals, IsEmail, IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { type Role, ROLES } from '../../web/roles.js';

export class RoleDto {
  @IsString()
  csrf: string;

  @IsIn(ROLES)
  role: Role;
}

export class ConnectionDto {
  @IsString()
  csrf: string;

  @IsUUID()
  grantId: string;
}

export class EmailDto {
  @IsString()
  csrf: string;

  @IsEmail()
  @MaxLength(254)
  email: string;
}

export class IdentityDto {
  @IsString()
  csrf: string;

  @IsUUID()
  id: string;

  /** Ticked where it may be the last way to sign in. */
  @IsOptional()
  @Equals('yes')
  last?: 'yes';
}

export class DeletionDto {
  @IsString()
  csrf: string;

  @Equals('yes', { message: 'Tick the box to delete the account' })
  sure: 'yes';
}

import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
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

export class DisableDto {
  @IsString()
  csrf: string;

  /** Of somebody who disables themselves, and was asked. */
  @IsOptional()
  @IsIn(['yes'])
  confirm?: 'yes';
}

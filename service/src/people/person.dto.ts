import { IsIn, IsString, IsUUID } from 'class-validator';
import type { Role } from './entities/user.entity.js';
import { ROLE_NAMES } from './invitation.dto.js';

export class RoleDto {
  @IsString()
  csrf: string;

  @IsIn(ROLE_NAMES)
  role: Role;
}

export class ConnectionDto {
  @IsString()
  csrf: string;

  @IsUUID()
  grantId: string;
}

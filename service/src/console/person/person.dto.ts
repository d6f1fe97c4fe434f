import { Equals, IsOptional } from 'class-validator';
import { EmailAddress, HiddenText, OneOf, RowId } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';

export class RoleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @OneOf('The role', ROLES)
  role: Role;
}

export class ConnectionDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  grantId: string;
}

export class DisableDto {
  @HiddenText({ max: 100 })
  csrf: string;

  /** Of somebody who disables themselves, and was asked. */
  @IsOptional()
  @Equals('yes', { message: 'Say that you want to disable your own account.' })
  confirm?: 'yes';
}

export class EmailDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @EmailAddress()
  email: string;
}

/** The account that the page before has shown. */
export class MergeDto extends EmailDto {
  @RowId()
  other: string;
}

export class IdentityDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  id: string;

  /** Ticked where it may be the last way to sign in. */
  @IsOptional()
  @Equals('yes', { message: 'Tick the box, or leave it' })
  last?: 'yes';
}

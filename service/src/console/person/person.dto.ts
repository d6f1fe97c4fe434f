import { Equals, IsOptional } from 'class-validator';
import {
  EmailAddress,
  HiddenNumber,
  HiddenText,
  HiddenTime,
  OneOf,
  OptionalHiddenText,
  RowId,
} from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';

/** The form of a change: the version of the person on the page where it was decided. */
export class SeenPersonDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenText({ max: 100 })
  seen: string;
}

export class RoleDto extends SeenPersonDto {
  @OneOf('The role', ROLES)
  role: Role;
}

export class ConnectionDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  grantId: string;
}

export class DisconnectAllDto {
  @HiddenText({ max: 100 })
  csrf: string;

  /** When whoever decides looked. */
  @HiddenTime()
  at: string;

  /** How many there were then. */
  @HiddenNumber()
  grants: number;
}

export class DisableDto extends SeenPersonDto {
  /** Of somebody who disables themselves, and was asked. */
  @IsOptional()
  @Equals('yes', { message: 'Say that you want to disable your own account.' })
  confirm?: 'yes';
}

export class EmailDto extends SeenPersonDto {
  @EmailAddress()
  email: string;
}

/** The account that the page before has shown. */
export class MergeDto extends EmailDto {
  @RowId()
  other: string;

  @HiddenText({ max: 100 })
  otherSeen: string;
}

export class PasswordLinkDto extends SeenPersonDto {
  /** Of a form, which may be sent twice. */
  @OptionalHiddenText({ max: 100 })
  once?: string;
}

export class IdentityDto extends SeenPersonDto {
  @RowId()
  id: string;

  /** Ticked where it may be the last way to sign in. */
  @IsOptional()
  @Equals('yes', { message: 'Tick the box, or leave it' })
  last?: 'yes';
}

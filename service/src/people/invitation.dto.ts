import {
  EmailAddress,
  HiddenText,
  OneOf,
  OptionalHiddenText,
  OptionalName,
  RowId,
} from '../web/form-fields.js';
import { type Role, ROLES } from '../web/roles.js';

/** The form of an invitation. */
export class InvitationDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @EmailAddress()
  email: string;

  @OptionalName('The name', { max: 100 })
  name?: string;

  @OneOf('The role', ROLES)
  role: Role;

  @OptionalHiddenText({ max: 100 })
  once?: string;
}

export class RemoveInvitationDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  id: string;
}

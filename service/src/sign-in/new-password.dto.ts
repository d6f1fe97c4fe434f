import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../config/password-length.js';
import { HiddenText, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import { formProblem } from '../web/form-problem.js';

/** A form that asks for a new password, twice. */
export class NewPasswordDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @TextField('The password', { min: SHORTEST_PASSWORD, max: LONGEST_PASSWORD })
  password: string;

  @OptionalText('The second password', { max: LONGEST_PASSWORD })
  repeated?: string;
}

/** Of somebody who knows their old one. */
export class PasswordDto extends NewPasswordDto {
  @TextField('The current password', { max: LONGEST_PASSWORD })
  current: string;
}

/** Of somebody with a link. */
export class PasswordLinkDto extends NewPasswordDto {
  @HiddenText({ max: 100 })
  token: string;

  /** Ticked where applications are to be disconnected. */
  @OptionalHiddenText({ max: 100 })
  disconnect?: string;
}

/** Of somebody who is invited. */
export class AcceptInvitationDto extends NewPasswordDto {
  @HiddenText({ max: 100 })
  token: string;

  @TextField('The name', { max: 100 })
  name: string;
}

/** What is wrong with such a form, in one sentence; null when nothing is. */
export async function newPasswordProblem(form: NewPasswordDto): Promise<string | null> {
  const wrong = await formProblem(form);
  return wrong ?? (form.repeated === form.password ? null : 'The two passwords differ.');
}

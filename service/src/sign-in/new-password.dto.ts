import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../config/password-length.js';
import { HiddenText, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import { passwordWeakness } from '../people/password-weakness.js';
import { formProblem } from '../web/form-problem.js';

export const SAME_PASSWORD = 'This is the password you have had. Choose another one.';

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

/** What is wrong with such a form, in one sentence; null when nothing is. @param about the person's address and name. */
export async function newPasswordProblem(
  form: NewPasswordDto & { current?: string },
  about: readonly (string | undefined)[],
): Promise<string | null> {
  const wrong = await formProblem(form);
  if (wrong !== null) return wrong;
  if (form.repeated !== form.password) return 'The two passwords differ.';
  if (form.current === form.password) return SAME_PASSWORD;
  return passwordWeakness(
    form.password,
    about.filter((text) => text !== undefined),
  );
}

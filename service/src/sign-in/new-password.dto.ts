import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../config/password-length.js';
import { formProblem } from '../web/form-problem.js';

/** A form that asks for a new password, twice. */
export class NewPasswordDto {
  @IsString()
  csrf: string;

  @IsString()
  @Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)
  password: string;

  @IsOptional()
  @IsString()
  repeated?: string;
}

/** Of somebody who knows their old one. */
export class PasswordDto extends NewPasswordDto {
  @IsString()
  @MaxLength(LONGEST_PASSWORD)
  current: string;
}

/** Of somebody with a link. */
export class PasswordLinkDto extends NewPasswordDto {
  @IsString()
  @MaxLength(100)
  token: string;

  /** Ticked where applications are to be disconnected. */
  @IsOptional()
  @IsString()
  disconnect?: string;
}

/** Of somebody who is invited. */
export class AcceptInvitationDto extends NewPasswordDto {
  @IsString()
  @MaxLength(100)
  token: string;

  @IsString()
  @Length(1, 100)
  name: string;
}

/** What is wrong with such a form, in one sentence; null when nothing is. */
export async function newPasswordProblem(form: NewPasswordDto): Promise<string | null> {
  const wrong = await formProblem(form);
  return wrong ?? (form.repeated === form.password ? null : 'The two passwords differ.');
}

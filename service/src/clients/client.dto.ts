import { Expose, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { CLIENT_KINDS, type ClientKind } from 'nestjs-mcp-auth/service-kit';
import {
  HiddenText,
  HiddenTime,
  NameField,
  OptionalHiddenText,
  OptionalName,
  OptionalText,
  TextField,
} from '../web/form-fields.js';
import { LONGEST_OVERLAP } from './client-administration.js';

/** What the list of applications is asked for. */
export class ClientSearchDto {
  @Expose()
  @IsOptional()
  @IsIn(CLIENT_KINDS, { message: 'There is no such kind of application.' })
  kind?: ClientKind;

  @Expose()
  @OptionalText('Name or domain', { max: 200 })
  search?: string;

  @Expose()
  @IsOptional()
  @IsIn(['allowed', 'blocked'], { message: 'An application is allowed or blocked.' })
  state?: 'allowed' | 'blocked';
}

/** The form of a change: what it looked like to whoever makes it. */
export class SeenDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenTime()
  seen: string;
}

export class RotationDto extends SeenDto {
  @Transform(({ value }) => Number(value))
  @IsInt({ message: 'Say for how long the old secret goes on working.' })
  @Min(0, { message: 'Say for how long the old secret goes on working.' })
  @Max(LONGEST_OVERLAP, { message: 'The old secret goes on working for a week at most.' })
  overlap: number;
}

export class NewApplicationDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @NameField('The name', { max: 100 })
  name: string;

  @TextField('Where it returns to', { max: 4_000 })
  redirectUris: string;

  @IsOptional()
  @IsIn(['yes'], { message: 'This form is out of date. Load the page again.' })
  confidential?: 'yes';

  @OptionalHiddenText({ max: 100 })
  once?: string;
}

export class NewServiceAccountDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @TextField('The id', { max: 100 })
  clientId: string;

  @OptionalName('The name', { max: 100 })
  name?: string;

  @TextField('The server', { max: 2_000 })
  resource: string;

  @OptionalText('Scopes', { max: 4_000 })
  scopes?: string;

  @OptionalHiddenText({ max: 100 })
  once?: string;
}

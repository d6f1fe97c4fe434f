import { IsOptional, IsString, IsUUID, Length, MaxLength } from 'class-validator';

/** Characters of a list in a form. */
const LONGEST_LIST = 4_000;

/** The form of a rule; what is left empty is everyone, all scopes, any client. */
export class RuleDto {
  @IsString()
  csrf: string;

  @IsString()
  @Length(1, 100)
  name: string;

  @IsString()
  @MaxLength(2_000)
  resource: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LIST)
  groups?: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LIST)
  scopes?: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LIST)
  clients?: string;
}

export class RemoveRuleDto {
  @IsString()
  csrf: string;

  @IsUUID()
  id: string;
}

export class ClientDto {
  @IsString()
  csrf: string;

  @IsString()
  @Length(1, 2_000)
  clientId: string;
}

import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../accounts/passwords.js';

/** The form of the first administrator. */
export class SetupDto {
  @IsString()
  csrf: string;

  @IsString()
  @MaxLength(100)
  token: string;

  @IsString()
  @Length(1, 100)
  name: string;

  @IsEmail()
  @MaxLength(254)
  email: string;

  @IsString()
  @Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)
  password: string;

  @IsOptional()
  @IsString()
  repeated?: string;
}

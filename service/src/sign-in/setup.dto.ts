import { IsEmail, IsString, Length, MaxLength } from 'class-validator';
import { NewPasswordDto } from './new-password.dto.js';

/** The form of the first administrator. */
export class SetupDto extends NewPasswordDto {
  @IsString()
  @MaxLength(100)
  token: string;

  @IsString()
  @Length(1, 100)
  name: string;

  @IsEmail()
  @MaxLength(254)
  email: string;
}

import { EmailAddress, HiddenText, TextField } from '../web/form-fields.js';
import { NewPasswordDto } from './new-password.dto.js';

/** The form of the first administrator. */
export class SetupDto extends NewPasswordDto {
  @HiddenText({ max: 100 })
  token: string;

  @TextField('The name', { max: 100 })
  name: string;

  @EmailAddress()
  email: string;
}

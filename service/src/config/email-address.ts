import { isEmail } from 'class-validator';
import { displayText } from 'nestjs-mcp-auth/service-kit';

/** Characters: RFC 5321 §4.5.3.1.3, less the angle brackets. */
export const LONGEST_EMAIL = 254;

/**
 * Whether this can be the address of a person. One that looks like another, because of what cannot be seen in it, is none.
 * @param needsDot whether the domain must have a dot; a company's own name server knows domains of one word, too.
 */
export function isEmailAddress(text: string, { needsDot = false } = {}): boolean {
  // Half a character makes the check of class-validator throw.
  if (/\p{Surrogate}/u.test(text) || text.length > LONGEST_EMAIL || !isEmail(text, { require_tld: needsDot }))
    return false;
  return displayText(text, LONGEST_EMAIL) === text;
}

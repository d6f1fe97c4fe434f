import type { SignInConfig } from '../config/sign-in-config.js';
import type { Role } from '../web/roles.js';

/** Whether somebody of this role may sign in with a password. */
export function allowsPassword({ passwords }: Pick<SignInConfig, 'passwords'>, role: Role): boolean {
  return passwords === 'on' || (passwords === 'administrator' && role === 'administrator');
}

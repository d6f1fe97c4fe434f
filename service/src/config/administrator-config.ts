import { ConfigurationError } from './configuration.error.js';
import { isEmailAddress } from './email-address.js';
import type { Environment } from './environment.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './password-length.js';
import { choice, secret, text } from './variable.js';

/** The first administrator, and how they come in. */
export interface AdministratorConfig {
  /** Null where a link or a command makes them. */
  first: { email: string; password: string } | null;
  /** Whether the link is printed where no terminal reads it. */
  printsLink: boolean;
}

export const ADMINISTRATOR_VARIABLES = {
  email: text('MCP_AUTH_ADMIN_EMAIL', {
    is: 'the email address of the first administrator, while there is none',
    otherwise: 'a one-time link',
    check: (email) => (isEmailAddress(email) ? null : 'must be an email address such as ada@example.com'),
  }),
  password: secret('MCP_AUTH_ADMIN_PASSWORD', {
    is: 'their password',
    values: `${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`,
    check: (password) =>
      password.length >= SHORTEST_PASSWORD && password.length <= LONGEST_PASSWORD
        ? null
        : `must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`,
  }),
  setupLink: choice('MCP_AUTH_SETUP_LINK', ['terminal', 'print'], {
    is: 'where the link that makes the first administrator goes: to standard error if that is a terminal, or anyway',
    fallback: 'terminal',
  }),
};

/**
 * @param passwords who may sign in with one.
 * @throws ConfigurationError with one sentence.
 */
export function readAdministratorConfig(env: Environment, passwords: string): AdministratorConfig {
  const email = env.get(ADMINISTRATOR_VARIABLES.email);
  const password = env.get(ADMINISTRATOR_VARIABLES.password);
  const printsLink = env.get(ADMINISTRATOR_VARIABLES.setupLink) === 'print';
  if (email === undefined && password === undefined) return { first: null, printsLink };
  if (email === undefined || password === undefined)
    throw new ConfigurationError('MCP_AUTH_ADMIN_EMAIL and MCP_AUTH_ADMIN_PASSWORD must be set together.');
  if (passwords === 'off')
    throw new ConfigurationError(
      'MCP_AUTH_PASSWORDS is off, and the administrator of MCP_AUTH_ADMIN_EMAIL could not sign in: set it to administrator.',
    );
  return { first: { email, password }, printsLink };
}

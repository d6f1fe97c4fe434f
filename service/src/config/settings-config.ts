import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { LARGEST_LOGO, type Logo, readLogo } from './logo.js';
import {
  colourProblem,
  companyNameProblem,
  contactProblem,
  linkProblem,
  SESSION_IDLE,
  SESSION_MAX_AGE,
  type SettingName,
  type Settings,
} from './settings.js';
import { text, type Variable, wholeNumber } from './variable.js';

/** Settings that the configuration gives: nobody changes them in the console. */
export abstract class SettingsConfig {
  pinned: Partial<Settings>;
}

const otherwise = 'as the settings of the console say';

export const SETTINGS_VARIABLES = {
  companyName: text('MCP_AUTH_COMPANY_NAME', {
    is: 'the name of the company, on every page: [settings](../how-to/settings.md)',
    otherwise,
    check: companyNameProblem,
  }),
  logo: text('MCP_AUTH_COMPANY_LOGO', {
    is: 'a file with its logo: PNG, JPEG or WebP, 100 kB at most',
    values: 'a path',
    otherwise,
  }),
  colour: text('MCP_AUTH_COMPANY_COLOUR', {
    is: 'its colour, such as `#1f54cf`; pages take the nearest one that can be read',
    otherwise,
    check: colourProblem,
  }),
  helpUrl: text('MCP_AUTH_HELP_URL', {
    is: 'where people find help, at the foot of every page',
    otherwise,
    check: linkProblem,
  }),
  privacyUrl: text('MCP_AUTH_PRIVACY_URL', {
    is: 'what is said of their data, at the foot of every page',
    otherwise,
    check: linkProblem,
  }),
  contact: text('MCP_AUTH_CONTACT', {
    is: 'whom they ask, at the foot of every page: an https URL, or `mailto:` and an address',
    otherwise,
    check: contactProblem,
  }),
  sessionIdle: wholeNumber('MCP_AUTH_SESSION_IDLE', {
    is: 'seconds without use after which people sign in again',
    otherwise: `${otherwise}, 28800 at first`,
    ...SESSION_IDLE,
  }),
  sessionMaxAge: wholeNumber('MCP_AUTH_SESSION_MAX_AGE', {
    is: 'seconds after which people sign in again, however much they do',
    otherwise: `${otherwise}, 86400 at first`,
    ...SESSION_MAX_AGE,
  }),
} satisfies Record<SettingName, Variable>;

/** @throws ConfigurationError with one sentence. */
export function readSettingsConfig(env: Environment): SettingsConfig {
  const { logo, colour, sessionIdle, sessionMaxAge, ...texts } = SETTINGS_VARIABLES;
  const [file, idle, maxAge] = [env.get(logo), env.get(sessionIdle), env.get(sessionMaxAge)];
  if (idle !== undefined && maxAge !== undefined && idle > maxAge)
    throw new ConfigurationError(
      `${sessionIdle.name} ${idle} must not be longer than ${sessionMaxAge.name}, which is ${maxAge}.`,
    );
  const given: { [Name in SettingName]?: Settings[Name] | undefined } = {
    companyName: env.get(texts.companyName),
    logo: file === undefined ? undefined : readLogoFile(file),
    colour: env.get(colour)?.toLowerCase(),
    helpUrl: env.get(texts.helpUrl),
    privacyUrl: env.get(texts.privacyUrl),
    contact: env.get(texts.contact),
    sessionIdle: idle,
    sessionMaxAge: maxAge,
  };
  return { pinned: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

function readLogoFile(file: string): Logo {
  const { name } = SETTINGS_VARIABLES.logo;
  let data: Buffer;
  try {
    // What is larger is refused by its size: it is not read.
    data = statSync(file).size > LARGEST_LOGO ? Buffer.alloc(LARGEST_LOGO + 1) : readFileSync(file);
  } catch (error) {
    throw new ConfigurationError(
      `${name} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const logo = readLogo(data);
  if (typeof logo === 'string') throw new ConfigurationError(`${name} ${file}: ${logo}`);
  return logo;
}

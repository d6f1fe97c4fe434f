import { displayText } from 'nestjs-mcp-auth/service-kit';
import { isEmailAddress } from './email-address.js';
import type { Logo } from './logo.js';

/** What a company sets for its people, in the console or by the configuration. */
export interface Settings {
  /** Stands on every page; null for none. */
  companyName: string | null;
  logo: Logo | null;
  /** `#rrggbb`, in lower case. */
  colour: string | null;
  /** https URLs at the foot of every page. */
  helpUrl: string | null;
  privacyUrl: string | null;
  /** An https URL, or `mailto:` and an email address. */
  contact: string | null;
  /** Seconds without use after which people sign in again. */
  sessionIdle: number;
  /** Seconds after which they do, however much it is used. */
  sessionMaxAge: number;
}

export type SettingName = keyof Settings;

/** What holds where nobody has said anything. */
export const DEFAULT_SETTINGS: Settings = {
  companyName: null,
  logo: null,
  colour: null,
  helpUrl: null,
  privacyUrl: null,
  contact: null,
  sessionIdle: 28_800,
  sessionMaxAge: 86_400,
};

export const SETTING_NAMES = Object.keys(DEFAULT_SETTINGS) as readonly SettingName[];

/** Characters. */
export const LONGEST_COMPANY_NAME = 60;
export const LONGEST_LINK = 500;

/** Seconds. */
export const SESSION_IDLE = { from: 300, to: 2_592_000 };
export const SESSION_MAX_AGE = { from: 600, to: 7_776_000 };

/** What is wrong with a company's name, in words that follow what it is called; null when nothing is. */
export function companyNameProblem(name: string): string | null {
  return name !== '' && displayText(name, LONGEST_COMPANY_NAME) === name
    ? null
    : `must be one line of up to ${LONGEST_COMPANY_NAME} characters that can be seen`;
}

/** The same for a colour. */
export function colourProblem(colour: string): string | null {
  return /^#[0-9a-f]{6}$/i.test(colour)
    ? null
    : 'must be written as #1f54cf: six digits from 0 to 9 and a to f';
}

/** The same for a link. */
export function linkProblem(link: string): string | null {
  return isHttps(link) ? null : 'must be an https URL, such as https://help.example.com';
}

/** The same for the way to whoever helps. */
export function contactProblem(contact: string): string | null {
  const isMail =
    contact.startsWith('mailto:') && isEmailAddress(contact.slice('mailto:'.length), { needsDot: true });
  return isMail || isHttps(contact)
    ? null
    : 'must be an https URL, or mailto: and an email address, such as mailto:it@example.com';
}

function isHttps(link: string): boolean {
  if (displayText(link, LONGEST_LINK) !== link || !URL.canParse(link)) return false;
  const { protocol, username, password } = new URL(link);
  return protocol === 'https:' && username === '' && password === '';
}

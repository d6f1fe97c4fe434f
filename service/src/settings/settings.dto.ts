import { ValidateIf } from 'class-validator';
import { DEFAULT_SETTINGS, LONGEST_COMPANY_NAME, LONGEST_LINK, type Settings } from '../config/settings.js';
import { HiddenNumber, HiddenText, HiddenTime, OneOf, OptionalText } from '../web/form-fields.js';
import { formText } from '../web/form-text.js';
import type { SettingsDraft } from './settings-draft.js';

/** Characters of a number. */
const LONGEST_NUMBER = 10;

/** The settings, as the form has them: without those that the configuration gives. Times in minutes. */
export class SettingsDto {
  @HiddenText({ max: 100 })
  csrf: string;

  /** That was looked at. */
  @HiddenText({ max: 20 })
  version: string;

  @OptionalText('The name', { max: LONGEST_COMPANY_NAME })
  companyName?: string;

  @OptionalText('The colour', { max: LONGEST_NUMBER })
  colour?: string;

  @OptionalText('The help page', { max: LONGEST_LINK })
  helpUrl?: string;

  @OptionalText('The privacy page', { max: LONGEST_LINK })
  privacyUrl?: string;

  @OptionalText('The contact', { max: LONGEST_LINK })
  contact?: string;

  @OptionalText('The time without use', { max: LONGEST_NUMBER })
  sessionIdle?: string;

  @OptionalText('The time in all', { max: LONGEST_NUMBER })
  sessionMaxAge?: string;
}

/**
 * What the form means: a field that is left empty goes back to what holds by default. One that is not there stays, and
 * so does one that says what the form of `settings` does: a minute there may be some seconds more or less.
 */
export function draftOf(sent: SettingsDto, settings: Settings): SettingsDraft {
  const shown = formOf(settings);
  const typed = (name: keyof SettingsForm) =>
    sent[name]?.trim() === shown[name] ? undefined : text(sent[name]);
  return {
    companyName: typed('companyName'),
    colour: typed('colour')?.toLowerCase() ?? typed('colour'),
    helpUrl: typed('helpUrl'),
    privacyUrl: typed('privacyUrl'),
    contact: typed('contact'),
    sessionIdle: seconds(typed('sessionIdle')),
    sessionMaxAge: seconds(typed('sessionMaxAge')),
  };
}

function text(value: string | undefined): string | null | undefined {
  return value === undefined ? undefined : value.trim() || null;
}

/** Of minutes; no number for what is none. */
function seconds(minutes: string | null | undefined): number | null | undefined {
  if (minutes === null || minutes === undefined) return minutes;
  return /^\d+$/.test(minutes) ? Number(minutes) * 60 : Number.NaN;
}

export type SettingsForm = Omit<SettingsDto, 'csrf' | 'version'>;

/** The form of settings as they are. */
export function formOf(settings: Settings): Required<SettingsForm> {
  return {
    companyName: settings.companyName ?? '',
    colour: settings.colour ?? '',
    helpUrl: settings.helpUrl ?? '',
    privacyUrl: settings.privacyUrl ?? '',
    contact: settings.contact ?? '',
    sessionIdle: String(Math.round(settings.sessionIdle / 60)),
    sessionMaxAge: String(Math.round(settings.sessionMaxAge / 60)),
  };
}

/** The form as it was sent, fit to be shown again. */
export function typedForm(fields: Readonly<Record<string, unknown>>): SettingsForm {
  const names = Object.keys(formOf(DEFAULT_SETTINGS));
  return Object.fromEntries(names.map((name) => [name, formText(fields[name]) ?? '']));
}

/** Everybody is signed out. */
export class SignOutDto {
  @HiddenText({ max: 100 })
  csrf: string;

  /** Whether their applications are disconnected, too. */
  @OneOf('What is to end', ['yes', 'no'])
  disconnect: 'yes' | 'no';

  /** When whoever decides looked. */
  @ValidateIf(isOfApplications)
  @HiddenTime()
  at: string;

  /** How many connections there were then. */
  @ValidateIf(isOfApplications)
  @HiddenNumber()
  grants: number;
}

function isOfApplications({ disconnect }: SignOutDto): boolean {
  return disconnect === 'yes';
}

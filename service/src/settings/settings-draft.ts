import type { Logo } from '../config/logo.js';
import {
  colourProblem,
  companyNameProblem,
  contactProblem,
  linkProblem,
  SESSION_IDLE,
  SESSION_MAX_AGE,
  type SettingName,
  type Settings,
} from '../config/settings.js';

/** Settings as somebody wants to have them: null for what holds by default, undefined for what stays. */
export type SettingsDraft = { [Name in SettingName]?: Settings[Name] | null | undefined };

/** What people read of them, at the beginning of a sentence. */
export const SETTING_WORDS: Readonly<Record<SettingName, string>> = {
  companyName: 'The name',
  logo: 'The logo',
  colour: 'The colour',
  helpUrl: 'The help page',
  privacyUrl: 'The privacy page',
  contact: 'The contact',
  sessionIdle: 'The time without use',
  sessionMaxAge: 'The time in all',
};

const CHECKS: { [Name in SettingName]: (value: NonNullable<Settings[Name]>) => string | null } = {
  companyName: companyNameProblem,
  logo: (_logo: Logo) => null,
  colour: colourProblem,
  helpUrl: linkProblem,
  privacyUrl: linkProblem,
  contact: contactProblem,
  sessionIdle: (seconds) => timeProblem(seconds, SESSION_IDLE, '5 minutes to 30 days'),
  sessionMaxAge: (seconds) => timeProblem(seconds, SESSION_MAX_AGE, '10 minutes to 90 days'),
};

/** What is wrong with it, in a sentence; null when nothing is. */
export function settingProblem(draft: SettingsDraft): string | null {
  for (const [name, check] of Object.entries(CHECKS) as [SettingName, (value: unknown) => string | null][]) {
    const problem = draft[name] === undefined || draft[name] === null ? null : check(draft[name]);
    if (problem !== null) return `${SETTING_WORDS[name]} ${problem}.`;
  }
  return null;
}

function timeProblem(seconds: number, { from, to }: { from: number; to: number }, words: string) {
  return Number.isInteger(seconds) && seconds >= from && seconds <= to ? null : `must be from ${words}`;
}

/** A setting as text or number; a logo by its hash. */
export function plain(settings: Settings, name: SettingName): string | number | null {
  const value = settings[name];
  return value !== null && typeof value === 'object' ? value.hash : value;
}

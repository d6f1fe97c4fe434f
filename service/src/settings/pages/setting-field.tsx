import {
  LONGEST_COMPANY_NAME,
  LONGEST_LINK,
  type SettingName,
  type Settings,
} from '../../config/settings.js';
import { Field } from '../../web/field.js';
import { colourSentence } from '../colour-sentence.js';
import { formOf, type SettingsForm } from '../settings.dto.js';

interface Described {
  label: string;
  /** Characters. */
  maxlength: number;
  hint: string;
}

/** What the form says of each setting. */
export const SETTING_FIELDS: Readonly<Record<SettingName, Described>> = {
  companyName: {
    label: 'Name of the company',
    maxlength: LONGEST_COMPANY_NAME,
    hint: 'Stands at the top of every page, and in the title of the window.',
  },
  logo: { label: 'Logo', maxlength: 0, hint: '' },
  colour: {
    label: 'Colour',
    maxlength: 7,
    hint: 'Of buttons and links, such as #1f54cf. Pages take the nearest in which text can be read.',
  },
  helpUrl: {
    label: 'Help page',
    maxlength: LONGEST_LINK,
    hint: 'An https URL, at the foot of every page.',
  },
  privacyUrl: {
    label: 'Privacy page',
    maxlength: LONGEST_LINK,
    hint: 'An https URL, at the foot of every page.',
  },
  contact: {
    label: 'Contact',
    maxlength: LONGEST_LINK,
    hint: 'Whom people ask, at the foot of every page and where they cannot go on: an https URL, or mailto: and an address, such as mailto:it@example.com.',
  },
  sessionIdle: {
    label: 'Minutes without use',
    maxlength: 10,
    hint: 'After these, people sign in again. 5 minutes to 30 days (43,200); 480 where it is empty. Shorter times hold for everybody at once.',
  },
  sessionMaxAge: {
    label: 'Minutes in all',
    maxlength: 10,
    hint: 'After these, people sign in again, however much they do. 10 minutes to 90 days (129,600); 1,440 where it is empty.',
  },
};

export interface SettingFieldProps {
  name: SettingName;
  settings: Settings;
  /** As the form was filled in; undefined where it was not yet. */
  typed: SettingsForm | undefined;
  wrong: boolean;
}

/** One setting; where somebody has typed another one, with how it stands. */
export function SettingField({ name, settings, typed, wrong }: SettingFieldProps) {
  const { label, maxlength, hint } = SETTING_FIELDS[name];
  const [now = '', value = now] = [formOf(settings), typed].map(
    (form: Readonly<Record<string, string>> = {}) => form[name],
  );
  const stands = value === now ? '' : ` It is ${now || 'empty'} now.`;
  const colour = name === 'colour' && settings.colour ? ` ${colourSentence(settings.colour)}` : '';
  return (
    <Field
      label={label}
      name={name}
      value={value}
      autocomplete="off"
      maxlength={maxlength}
      optional
      wrong={wrong}
      hint={`${hint}${colour}${stands}`.trim()}
    />
  );
}

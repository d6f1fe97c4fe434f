import { Environment } from '../../config/environment.js';
import { readSettingsConfig, SETTINGS_VARIABLES } from '../../config/settings-config.js';
import { SettingsInForce } from '../../config/settings-in-force.js';
import { DEFAULT_SETTINGS, type Settings } from '../../config/settings.js';
import { checkUnknown } from '../../config/unknown-variables.js';
import { VARIABLES } from '../../config/variables.js';

/** Variables of what differs from what holds at first; the logo is a picture, and of no text. */
export function settingVariables(current: Settings): Record<string, string> {
  const { logo: _logo, ...names } = SETTINGS_VARIABLES;
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, variable]) => {
      const setting = name as keyof typeof names;
      const value = current[setting];
      return value === null || value === DEFAULT_SETTINGS[setting] ? [] : [[variable.name, String(value)]];
    }),
  );
}

/**
 * The same of variables as somebody has written them, as the start reads them; those of no setting are left out.
 * @throws ConfigurationError with one sentence.
 */
export function meantSettings(variables: Readonly<Record<string, string>>): Record<string, string> {
  const { [SETTINGS_VARIABLES.logo.name]: _logo, ...texts } = variables;
  const env = new Environment(texts);
  checkUnknown(env, VARIABLES);
  return settingVariables(new SettingsInForce(readSettingsConfig(env).pinned).current);
}

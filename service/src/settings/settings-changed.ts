import { ChangeRefused } from '../people/change-refused.js';
import type { SettingsState } from './settings-changes.js';

/** The settings are not those that somebody has seen. */
export class SettingsChanged extends ChangeRefused {
  /** @param current as they are now. */
  constructor(readonly current: SettingsState) {
    super('Somebody else has changed the settings meanwhile, and yours are not saved.');
  }
}

/** Expects the version that was seen. @throws SettingsChanged */
export function seenVersion(version: string) {
  return (state: SettingsState): void => {
    if (String(state.version) !== version) throw new SettingsChanged(state);
  };
}

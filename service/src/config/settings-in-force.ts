import { DEFAULT_SETTINGS, type SettingName, type Settings } from './settings.js';

/**
 * The settings that this replica goes by: those of the configuration, then those of the console, which the feature that
 * keeps them hands in and follows.
 */
export class SettingsInForce {
  private known: Settings;

  /** @param pinned by the configuration. */
  constructor(private readonly pinned: Partial<Settings>) {
    this.known = this.with({});
  }

  /** Another object after every change. */
  get current(): Settings {
    return this.known;
  }

  isPinned(name: SettingName): boolean {
    return Object.hasOwn(this.pinned, name);
  }

  /** @param stored what the console says. */
  take(stored: Partial<Settings>): void {
    this.known = this.with(stored);
  }

  /** What somebody has said, with these. */
  said(stored: Partial<Settings>): Partial<Settings> {
    return { ...stored, ...this.pinned };
  }

  /** What would hold with these. Two who say one time each know nothing of the other's: no session outlives its end. */
  with(stored: Partial<Settings>): Settings {
    const settings = { ...DEFAULT_SETTINGS, ...this.said(stored) };
    return { ...settings, sessionIdle: Math.min(settings.sessionIdle, settings.sessionMaxAge) };
  }
}

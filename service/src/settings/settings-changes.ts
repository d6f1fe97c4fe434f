import { HttpStatus, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '../audit/audit-trail.js';
import { DEFAULT_SETTINGS, SETTING_NAMES, type SettingName, type Settings } from '../config/settings.js';
import { SETTINGS_VARIABLES } from '../config/settings-config.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { ChangeRefused } from '../people/change-refused.js';
import type { Author } from '../web/author.js';
import { Refusal } from '../web/refusal.js';
import type { ServiceSettings } from './entities/service-settings.entity.js';
import { plain, SETTING_WORDS, settingProblem, type SettingsDraft } from './settings-draft.js';
import { SettingsStore, storedSettings } from './settings-store.js';

/** How the settings stand. */
export interface SettingsState {
  settings: Settings;
  /** Those that the configuration gives. */
  pinned: readonly SettingName[];
  /** Another one after every change. */
  version: number;
}

/** How they stand after somebody wanted to change them. */
export interface SettingsOutcome extends SettingsState {
  /** Whether they were otherwise before. */
  hasChanged: boolean;
}

/** Changes what the company has set. */
@Injectable()
export class SettingsChanges {
  constructor(
    private readonly store: SettingsStore,
    private readonly inForce: SettingsInForce,
    private readonly administrators: AdministratorChanges,
    private readonly audit: AuditTrail,
  ) {}

  async read(): Promise<SettingsState> {
    return this.stateOf((await this.store.read()) ?? {});
  }

  /**
   * @param draft what is to be another; null goes back to what holds by default.
   * @param expect that they are as whoever changes them has seen them.
   * @throws Refusal with what is wrong with it. @throws ChangeRefused for what the configuration gives.
   */
  async update(
    author: Author,
    draft: SettingsDraft,
    expect: (state: SettingsState) => void,
  ): Promise<SettingsOutcome> {
    const { row, hasChanged } = await this.administrators.run(author, 'admin:settings', async (manager) => {
      const row = await this.store.lock(manager);
      const before = this.stateOf(row);
      expect(before);
      this.check(draft, row);
      const after = this.inForce.with(storedSettings(row, draft));
      const names = SETTING_NAMES.filter((name) => !isDeepStrictEqual(before.settings[name], after[name]));
      if (names.length === 0) return { row, hasChanged: false };
      const saved = await this.store.save(row, draft, manager);
      await this.record(author, names, [before.settings, after], manager);
      return { row: saved, hasChanged: true };
    });
    // Nothing is read after the commit: what could fail then would say that nothing was done.
    this.store.take(row);
    return { ...this.stateOf(row), hasChanged };
  }

  private check(draft: SettingsDraft, row: ServiceSettings): void {
    const named = SETTING_NAMES.filter((name) => draft[name] !== undefined);
    const pinned = named.find((name) => this.inForce.isPinned(name));
    if (pinned)
      throw new ChangeRefused(
        `${SETTING_WORDS[pinned]} is set by ${SETTINGS_VARIABLES[pinned].name} in the configuration of the service: change it there.`,
      );
    const problem = settingProblem(draft);
    if (problem !== null) throw new Refusal(HttpStatus.BAD_REQUEST, problem);
    // Of times that somebody sets now: those that hold already keep no other setting from being changed.
    if (draft.sessionIdle === undefined && draft.sessionMaxAge === undefined) return;
    const { sessionIdle = 0, sessionMaxAge = DEFAULT_SETTINGS.sessionMaxAge } = this.inForce.said(
      storedSettings(row, draft),
    );
    if (sessionIdle > sessionMaxAge)
      throw new Refusal(
        HttpStatus.BAD_REQUEST,
        `${SETTING_WORDS.sessionIdle} must not be longer than ${SETTING_WORDS.sessionMaxAge.toLowerCase()}.`,
      );
  }

  private async record(
    author: Author,
    changed: readonly SettingName[],
    [before, after]: readonly [Settings, Settings],
    manager: EntityManager,
  ): Promise<void> {
    const lines = (settings: Settings) =>
      changed.map((name) => `${name}: ${JSON.stringify(plain(settings, name))}`);
    const detail = { before: lines(before), after: lines(after) };
    await this.audit.commit({ action: 'settings.change', outcome: 'success', author, detail }, manager);
  }

  private stateOf(row: Partial<ServiceSettings>): SettingsState {
    const pinned = SETTING_NAMES.filter((name) => this.inForce.isPinned(name));
    return { settings: this.inForce.with(storedSettings(row)), pinned, version: row.version ?? 0 };
  }
}

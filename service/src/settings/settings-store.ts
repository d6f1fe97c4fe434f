import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { HostNews } from 'nestjs-mcp-auth/service-kit';
import { type Logo, readLogo } from '../config/logo.js';
import { SETTING_NAMES, type Settings } from '../config/settings.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import type { SettingsDraft } from './settings-draft.js';
import { ServiceSettings, SETTINGS_ROW } from './entities/service-settings.entity.js';

/** What the feed calls them. */
const SUBJECT = 'settings';

/** The settings of the database; every replica goes by them within a second. */
@Injectable()
export class SettingsStore implements OnApplicationBootstrap {
  private version = -1;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly inForce: SettingsInForce,
    private readonly news: HostNews,
  ) {
    news.follow(SUBJECT, () => this.reload());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
  }

  /** Puts in force what the database says. */
  async reload(): Promise<void> {
    const row = await this.read();
    if (row) this.take(row);
  }

  /** The same of a row that is known already. */
  take(row: ServiceSettings): void {
    // Of two that read at once, the one that read first may end last.
    if (row.version <= this.version) return;
    this.version = row.version;
    this.inForce.take(storedSettings(row));
  }

  read(): Promise<ServiceSettings | null> {
    return this.rows().findOneBy({ id: SETTINGS_ROW });
  }

  /** Whoever wants to change them waits until the transaction is over. */
  async lock(manager: EntityManager): Promise<ServiceSettings> {
    const rows = this.rows(manager);
    await rows.createQueryBuilder().insert().values({ id: SETTINGS_ROW }).orIgnore().execute();
    return rows.findOneOrFail({ where: { id: SETTINGS_ROW }, lock: { mode: 'pessimistic_write' } });
  }

  /** @param row that is locked. What it is from then on. */
  async save(
    row: ServiceSettings,
    { logo, ...values }: SettingsDraft,
    manager: EntityManager,
  ): Promise<ServiceSettings> {
    const said = Object.entries({ ...values, logo: logo && logo.data }).filter(
      ([, value]) => value !== undefined,
    );
    const change = { ...(Object.fromEntries(said) as Partial<ServiceSettings>), version: row.version + 1 };
    await this.rows(manager).update(SETTINGS_ROW, change);
    await this.news.announce(SUBJECT, manager);
    return Object.assign(new ServiceSettings(), row, change);
  }

  private rows(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(ServiceSettings);
  }
}

/** What a row says, and what it would say with a draft. */
export function storedSettings(row: Partial<ServiceSettings>, draft: SettingsDraft = {}): Partial<Settings> {
  const pairs = SETTING_NAMES.map((name) => {
    const stored = name === 'logo' ? logoOf(row) : row[name];
    return [name, draft[name] === undefined ? stored : draft[name]] as const;
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== null && value !== undefined));
}

/** A later version may take pictures that this one does not know. */
function logoOf({ logo: data }: Partial<ServiceSettings>): Logo | null {
  const logo = data ? readLogo(data) : null;
  return typeof logo === 'string' ? null : logo;
}

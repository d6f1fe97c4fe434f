import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { Database } from '../persistence/database.js';
import { ExpiredRows } from '../persistence/expired-rows.js';
import { RevocationView } from '../verification/revocation-view.js';
import { Periodic } from './periodic.js';

/** Milliseconds between two rounds. */
const INTERVAL = 15_000;
/** Rounds between two looks after the embedded database, which no server tends: an hour. */
const MAINTENANCE_ROUNDS = 240;

/** Forgets what has expired, in the database and in memory. */
@Injectable()
export class Housekeeping extends Periodic {
  private rounds = 0;

  constructor(
    private readonly expired: ExpiredRows,
    private readonly database: Database,
    private readonly view: RevocationView,
    private readonly settings: McpAuthSettings,
    private readonly clock: Clock,
  ) {
    super(INTERVAL);
  }

  async round(): Promise<void> {
    const now = this.clock.now();
    this.view.prune(now);
    await this.expired.prune(now, this.settings.lifetimes);
    this.rounds += 1;
    if (this.rounds % MAINTENANCE_ROUNDS === 0) await this.database.maintain();
  }
}

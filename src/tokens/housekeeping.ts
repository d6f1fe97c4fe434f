import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ClientStore } from '../persistence/client.store.js';
import { Database } from '../persistence/database.js';
import { ExpiryStore } from '../persistence/expiry.store.js';
import { GrantStore } from '../persistence/grant.store.js';
import { RevocationStore } from '../persistence/revocation.store.js';
import { TokenStore } from '../persistence/token.store.js';
import { RevocationView } from '../verification/revocation-view.js';
import { Periodic } from './periodic.js';

/** Milliseconds between two rounds. */
const INTERVAL = 15_000;
/** Rows per statement: short locks. What is left waits for the next round. */
const BATCH = 1_000;
/** Rounds between two looks after the embedded database, which no server tends: an hour. */
const MAINTENANCE_ROUNDS = 240;
/** Self-registered clients that never obtained a grant are kept for 14 days. */
const UNUSED_CLIENT_AGE = 14 * 86_400_000;

/** Deletes what has expired, in small batches. Several replicas may do so at once: each skips what another holds. */
@Injectable()
export class Housekeeping extends Periodic {
  private rounds = 0;

  constructor(
    private readonly clients: ClientStore,
    private readonly grants: GrantStore,
    private readonly tokens: TokenStore,
    private readonly revocations: RevocationStore,
    private readonly expiry: ExpiryStore,
    private readonly view: RevocationView,
    private readonly clock: Clock,
    private readonly settings: McpAuthSettings,
    private readonly database: Database,
  ) {
    super(INTERVAL);
  }

  async round(): Promise<void> {
    const now = this.clock.now();
    const { refreshGrace } = this.settings.lifetimes;
    this.view.prune(now);
    await this.tokens.erase(new Date(now - refreshGrace * 1000), BATCH);
    await this.expiry.prune(new Date(now), BATCH);
    await this.tokens.prune(new Date(now), BATCH);
    await this.grants.prune(new Date(now), BATCH);
    await this.revocations.prune(new Date(now), BATCH);
    await this.clients.prune(new Date(now - UNUSED_CLIENT_AGE), BATCH, new Date(now));
    this.rounds += 1;
    if (this.rounds % MAINTENANCE_ROUNDS === 0) await this.database.maintain();
  }
}

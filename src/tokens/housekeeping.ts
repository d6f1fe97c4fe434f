import type { Clock } from '../host/clock.js';
import type { ClientStore } from '../persistence/client.store.js';
import type { Database } from '../persistence/database.js';
import type { ExpiryStore } from '../persistence/expiry.store.js';
import type { GrantStore } from '../persistence/grant.store.js';
import type { RevocationStore } from '../persistence/revocation.store.js';
import type { TokenStore } from '../persistence/token.store.js';
import type { RevocationView } from '../verification/revocation-view.js';
import { Periodic } from './periodic.js';

/** Milliseconds between two rounds. */
const INTERVAL = 15_000;
/** Rows per statement: short locks. What is left waits for the next round. */
const BATCH = 1_000;
/** Rounds between two looks after the embedded database, which no server tends: an hour. */
const MAINTENANCE_ROUNDS = 240;
/** Self-registered clients that never obtained a grant are kept for 14 days. */
const UNUSED_CLIENT_AGE = 14 * 86_400_000;

export interface Stores {
  clients: ClientStore;
  grants: GrantStore;
  tokens: TokenStore;
  revocations: RevocationStore;
  expiry: ExpiryStore;
}

/** Deletes what has expired, in small batches. Several replicas may do so at once: each skips what another holds. */
export class Housekeeping extends Periodic {
  private rounds = 0;

  constructor(
    private readonly stores: Stores,
    private readonly view: RevocationView,
    private readonly clock: Clock,
    /** Seconds a rotated refresh token still answers with its successor. */
    private readonly grace: number,
    private readonly database: Database,
  ) {
    super(INTERVAL);
  }

  async round(): Promise<void> {
    const now = this.clock.now();
    const { clients, grants, tokens, revocations, expiry } = this.stores;
    this.view.prune(now);
    await tokens.erase(new Date(now - this.grace * 1000), BATCH);
    await expiry.prune(new Date(now), BATCH);
    await tokens.prune(new Date(now), BATCH);
    await grants.prune(new Date(now), BATCH);
    await revocations.prune(new Date(now), BATCH);
    await clients.prune(new Date(now - UNUSED_CLIENT_AGE), BATCH, new Date(now));
    this.rounds += 1;
    if (this.rounds % MAINTENANCE_ROUNDS === 0) await this.database.maintain();
  }
}

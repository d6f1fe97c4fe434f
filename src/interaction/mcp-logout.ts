import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../host/clock.js';
import type { Transaction } from '../persistence/database.js';
import { LogoutStore } from '../persistence/logout.store.js';
import { BackchannelLogout } from './backchannel-logout.js';

/** Milliseconds in which a transaction of the host's has usually been committed. */
const COMMITTED_BY = 500;

/** Lets clients know that people are signed out (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class McpLogout {
  constructor(
    private readonly store: LogoutStore,
    private readonly delivery: BackchannelLogout,
    private readonly clock: Clock,
  ) {}

  /**
   * Says that sign-in sessions have ended: whenever one does, except for a logout that a client asks for, which the
   * library knows of. Each client that got an id_token in one of them and registered a `backchannel_logout_uri` is told, in
   * the background: as a rule within a second, and in any case within a minute of the commit. Where it cannot be reached it is
   * tried a few times within four minutes, and where much is sent to its host at once, it waits its turn. Saying it twice does
   * no harm. Grants live on. How many clients will be told, at most.
   * @param sids `SignedIn.sid` of the sessions.
   * @param transaction of the host's, on the module's DataSource: clients are told when it has committed.
   * @throws OAuthError `temporarily_unavailable` (503) when the database is away.
   */
  async signedOut(sids: string | readonly string[], transaction?: Transaction): Promise<number> {
    const ended = typeof sids === 'string' ? [sids] : sids;
    if (ended.length === 0) return 0;
    const clients = await this.store.note(ended, new Date(this.clock.now()), transaction);
    if (clients > 0) void this.tellSoon(transaction ? COMMITTED_BY : 0);
    return clients;
  }

  private async tellSoon(after: number): Promise<void> {
    await delay(after, undefined, { ref: false });
    this.delivery.hurry();
  }
}

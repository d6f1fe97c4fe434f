import { Injectable } from '@nestjs/common';
import { ClientStore } from './client.store.js';
import { ExpiryStore } from './expiry.store.js';
import { GrantStore } from './grant.store.js';
import { RevocationStore } from './revocation.store.js';
import { TokenStore } from './token.store.js';

/** Rows per statement: short locks. What is left waits for the next round. */
const BATCH = 1_000;
/** Milliseconds for which self-registered clients that never obtained a grant are kept: a day. */
const UNUSED_CLIENT_AGE = 86_400_000;

/** Deletes expired rows of every table. */
@Injectable()
export class ExpiredRows {
  constructor(
    private readonly clients: ClientStore,
    private readonly grants: GrantStore,
    private readonly tokens: TokenStore,
    private readonly revocations: RevocationStore,
    private readonly expiry: ExpiryStore,
  ) {}

  /**
   * One batch of each table. Several replicas may do so at once: each skips rows that another holds.
   * @param refreshGrace seconds a rotated refresh token still answers with its successor.
   */
  async prune(now: number, refreshGrace: number): Promise<void> {
    const end = new Date(now);
    await this.tokens.erase(new Date(now - refreshGrace * 1000), BATCH);
    await this.expiry.prune(end, BATCH);
    await this.tokens.prune(end, BATCH);
    await this.grants.prune(end, BATCH);
    await this.revocations.prune(end, BATCH);
    await this.clients.prune(new Date(now - UNUSED_CLIENT_AGE), BATCH, end);
  }
}

import { Injectable } from '@nestjs/common';
import { ClientStore } from './client.store.js';
import { ExpiryStore } from './expiry.store.js';
import { GrantStore } from './grant.store.js';
import { LogoutStore } from './logout.store.js';
import { PageWalk } from './page-walk.js';
import { RevocationStore } from './revocation.store.js';
import { FIRST_ROW, TokenSweepStore } from './token-sweep.store.js';

/** Rows per statement: short locks. What is left waits for the next round. */
const BATCH = 1_000;
/** Pages of token rows that a round looks at, at most; as long as there is much to take away, it goes on. */
const PAGES = 20;
/** Milliseconds for which self-registered clients that never obtained a grant are kept: a day. */
const UNUSED_CLIENT_AGE = 86_400_000;

/** Deletes expired rows of every table. */
@Injectable()
export class ExpiredRows {
  /** How far the walk over tokens has come. */
  private nextToken = FIRST_ROW;
  private readonly codeWalk = new PageWalk();
  private readonly grantWalk = new PageWalk();

  constructor(
    private readonly clients: ClientStore,
    private readonly grants: GrantStore,
    private readonly tokens: TokenSweepStore,
    private readonly revocations: RevocationStore,
    private readonly expiry: ExpiryStore,
    private readonly logouts: LogoutStore,
  ) {}

  /**
   * One batch of each table. Several replicas may do so at once: each skips rows that another holds.
   * @param lifetimes in seconds: for which a rotated refresh token answers with its successor, and a grant lives.
   */
  async prune(now: number, lifetimes: { refreshGrace: number; grant: number }): Promise<void> {
    const end = new Date(now);
    await this.sweepTokens(end, new Date(now - lifetimes.refreshGrace * 1000));
    await this.expiry.prune(end, BATCH);
    const noGrantBefore = new Date(now - lifetimes.grant * 1000);
    await this.codeWalk.round((range) => this.expiry.pruneCodes(range, end, noGrantBefore));
    await this.logouts.prune(end, BATCH);
    await this.grantWalk.round((range) => this.grants.prune(range, end));
    await this.revocations.prune(end, BATCH);
    await this.clients.prune(new Date(now - UNUSED_CLIENT_AGE), BATCH, end);
  }

  private async sweepTokens(expiredBefore: Date, graceStart: Date): Promise<void> {
    for (let page = 0; page < PAGES; page += 1) {
      const { next, retired } = await this.tokens.sweep(this.nextToken, expiredBefore, graceStart, BATCH);
      this.nextToken = next;
      if (next === FIRST_ROW || retired < BATCH / 10) return;
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import type { Transaction } from '../persistence/database.js';
import {
  type CatalogGrant,
  type FoundGrants,
  GrantCatalogStore,
  type GrantCount,
  type GrantFilter,
} from '../persistence/grant-catalog.store.js';
import type { ListWindow } from '../persistence/list-window.js';

/** The living grants of everybody, for those who administer them. */
@Injectable()
export class GrantCatalog {
  constructor(
    private readonly store: GrantCatalogStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Those next to a place by when they were used last, nearest first.
   * @param found what the filter finds: where it is known, the page is read along the index that leads to it soonest.
   */
  page(filter: GrantFilter, window: ListWindow, found?: FoundGrants): Promise<CatalogGrant[]> {
    return this.store.page(filter, window, this.now, found);
  }

  /** How many, and of how many people. @param most there are more than these where `grants` is one more; default: all are counted. */
  count(filter: GrantFilter, most?: number): Promise<GrantCount> {
    return this.store.count(filter, this.now, most);
  }

  /** Which, where they are no more than `most`; there are more where `grants` is one more. */
  find(filter: GrantFilter, most: number): Promise<FoundGrants> {
    return this.store.find(filter, most, this.now);
  }

  /**
   * Ends them, with all that was delegated from them and the consent to them, when the transaction commits: every replica
   * refuses their tokens within a second. How many there were. The audit is the caller's.
   */
  end(filter: GrantFilter, transaction: Transaction): Promise<number> {
    const lastTokenExpiresAt = new Date(this.clock.now() + LONGEST_ACCESS_TOKEN * 1000);
    return this.store.end(filter, { now: this.now, lastTokenExpiresAt }, transaction);
  }

  /**
   * Lets nobody grant anything until the transaction ends, and waits for what is being granted: what the transaction ends
   * afterwards is all that there is. It is the first thing that it does to grants, since whoever grants takes this lock
   * before any row.
   */
  hold(transaction: Transaction): Promise<void> {
    return this.store.hold(transaction);
  }

  private get now(): Date {
    return new Date(this.clock.now());
  }
}

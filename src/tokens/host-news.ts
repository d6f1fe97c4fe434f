import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { concerns, type FeedListener, type FeedRecord } from '../oauth/revocation.js';
import type { Transaction } from '../persistence/database.js';
import { HostNewsStore } from '../persistence/host-news.store.js';

/** Lets the host keep something of its own in memory: every replica hears of a change within a second, by the feed. */
@Injectable()
export class HostNews implements FeedListener {
  private readonly followers: { subject: string; reread: () => Promise<void> }[] = [];

  constructor(
    private readonly store: HostNewsStore,
    private readonly clock: Clock,
  ) {}

  /** @param reread is called once the change is committed, here and elsewhere, and sometimes without one. */
  follow(subject: string, reread: () => Promise<void>): void {
    this.followers.push({ subject, reread });
  }

  /** Says that the subject changes in this transaction, which is on the module's DataSource. */
  async announce(subject: string, transaction: Transaction): Promise<void> {
    await this.store.add(subject, new Date(this.clock.now()), transaction);
  }

  async heard(records: readonly FeedRecord[]): Promise<void> {
    const news = records.filter((record) => concerns(record, 'host'));
    for (const { subject, reread } of this.followers)
      if (news.some((record) => record.kind === 'unknown' || record.subject === subject)) await reread();
  }
}

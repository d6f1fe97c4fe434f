import type { FeedListener, FeedRecord } from '../oauth/revocation.js';

/** Everything that is kept in memory until the feed says that it has changed. */
export class FeedListeners implements FeedListener {
  constructor(private readonly listeners: readonly FeedListener[]) {}

  async heard(records: readonly FeedRecord[]): Promise<void> {
    for (const listener of this.listeners) await listener.heard(records);
  }
}

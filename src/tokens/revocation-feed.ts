import { Logger } from '@nestjs/common';
import type { Clock } from '../host/clock.js';
import type { RevocationStore } from '../persistence/revocation.store.js';
import type { RevocationView } from '../verification/revocation-view.js';

/** Milliseconds between two looks at the feed. */
const POLL_INTERVAL = 500;

/** Keeps this replica's view of what is revoked up to date. */
export class RevocationFeed {
  private readonly logger = new Logger(RevocationFeed.name);
  private cursor = '0';
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private failing = false;
  private stopped = true;

  constructor(
    private readonly store: RevocationStore,
    private readonly view: RevocationView,
    private readonly clock: Clock,
  ) {}

  /** Loads everything that is revoked, then follows. @throws when the database cannot be read. */
  async start(): Promise<void> {
    this.stopped = false;
    await this.read();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.reading;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.reading = this.follow();
    }, POLL_INTERVAL);
    this.timer.unref();
  }

  private async follow(): Promise<void> {
    try {
      await this.read();
      if (this.failing) this.logger.log('The revocation feed is followed again.');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error(`The revocation feed cannot be read: ${String(error)}`);
      this.failing = true;
    }
    this.schedule();
  }

  private async read(): Promise<void> {
    const { cursor, records } = await this.store.since(this.cursor, new Date(this.clock.now()));
    this.view.record(records);
    this.view.touch();
    this.cursor = cursor;
  }
}

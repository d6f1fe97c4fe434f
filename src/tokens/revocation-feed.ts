import { setImmediate as othersAreServed } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { concerns, type FeedRecord } from '../oauth/revocation.js';
import { FeedSignal } from '../persistence/feed-signal.js';
import { FEED_START, RevocationStore } from '../persistence/revocation.store.js';
import { RevocationView } from '../verification/revocation-view.js';
import { FeedListeners } from './feed-listeners.js';
import { type BackgroundLoop, Rounds } from './background-loop.js';
import { ClockWatch } from './clock-watch.js';
import { DatabaseClock } from './database-clock.js';
import { withDeadline } from './deadline.js';
import { OpenTransactions } from './open-transactions.js';

/** Milliseconds between two looks at the feed when nobody wakes it. */
const POLL_INTERVAL = 500;
/** Milliseconds from being woken to looking: what a busy moment writes is read at once. */
const WAKE_DELAY = 10;
/** Milliseconds for one look, what listeners do with it included; then the next one begins. */
const READ_DEADLINE = 15_000;
/** Lines that are taken in without a pause, in which requests are answered. */
const PORTION = 25_000;

/** Keeps this replica's view of what is revoked, and its caches, up to date. */
@Injectable()
export class RevocationFeed implements BackgroundLoop {
  readonly name = RevocationFeed.name;
  private readonly logger = new Logger(RevocationFeed.name);
  private readonly rounds = new Rounds(POLL_INTERVAL);
  private readonly openTransactions = new OpenTransactions();
  private cursor = FEED_START;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private woken = false;
  private failing = false;
  private stopped = true;

  constructor(
    private readonly store: RevocationStore,
    private readonly signal: FeedSignal,
    private readonly view: RevocationView,
    private readonly listeners: FeedListeners,
    private readonly clock: DatabaseClock,
    private readonly clockWatch: ClockWatch,
  ) {}

  /** Loads everything that is revoked, then follows. @throws when the database cannot be read. */
  async start(): Promise<void> {
    this.stopped = false;
    await withDeadline(READ_DEADLINE, this.read());
    this.rounds.ended();
    this.signal.start(() => this.wake());
    this.schedule(POLL_INTERVAL);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.rounds.stop();
    clearTimeout(this.timer);
    await this.signal.stop();
    await this.reading;
  }

  isStuck(): boolean {
    return this.rounds.areStuck;
  }

  private wake(): void {
    if (this.woken) return;
    this.woken = true;
    if (!this.reading) this.schedule(WAKE_DELAY);
  }

  private schedule(delay: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.woken = false;
      this.reading = this.follow();
    }, delay);
    this.timer.unref();
  }

  private async follow(): Promise<void> {
    try {
      await withDeadline(READ_DEADLINE, this.read());
      if (this.failing) this.logger.log('The revocation feed is followed again.');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error(`The revocation feed cannot be read: ${String(error)}`);
      this.failing = true;
    }
    this.reading = undefined;
    if (this.stopped) return;
    this.rounds.ended();
    this.schedule(this.woken ? WAKE_DELAY : POLL_INTERVAL);
  }

  private async read(): Promise<void> {
    const askedAt = performance.now();
    const from = this.cursor;
    const others: FeedRecord[] = [];
    const reading = await this.store.since(from, new Date(this.clock.now()), (records) => {
      this.view.record(records.filter(isEnd));
      others.push(...records.filter((record) => !isEnd(record)));
    });
    this.clock.hear(reading.time, askedAt, performance.now());
    this.clockWatch.observe();
    this.openTransactions.observe(reading.openTransaction);
    if (others.length > 0) await this.take(others);
    // A look that was given up may end after the next one: it must not take the cursor back.
    if (this.cursor !== from) return;
    this.view.touch(askedAt);
    this.cursor = reading.cursor;
  }

  /** Whoever is refused for a change of policy may refresh here at once: this replica goes by the new rules before. */
  private async take(records: readonly FeedRecord[]): Promise<void> {
    if (records.some(({ kind }) => kind === 'unknown'))
      this.logger.warn('A later version has written into the revocation feed: everything is read again.');
    const changesPolicy = records.some((record) => concerns(record, 'policy'));
    await this.note(changesPolicy ? records.filter((record) => !isNarrowed(record)) : records);
    try {
      await this.listeners.heard(records);
    } finally {
      if (changesPolicy) await this.note(records);
    }
  }

  private async note(records: readonly FeedRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += PORTION) {
      if (from > 0) await othersAreServed();
      this.view.record(records.slice(from, from + PORTION));
    }
  }
}

/** Of a grant that is dead to its end, which nobody but the view has to hear of: there may be many at once. */
function isEnd({ kind, issuedBefore, expiresAt }: FeedRecord): boolean {
  return kind === 'grant' && issuedBefore === expiresAt;
}

/** What lives on under a new policy, or may do so. */
function isNarrowed({ kind }: FeedRecord): boolean {
  return kind === 'unknown' || kind === 'grant';
}

import { Clock } from '../host/clock.js';

/** Seconds by which this computer's clock may differ from the database's before somebody has to know. */
export const CLOCK_WARNING = 1;
/** Seconds from which on nothing is served. */
export const CLOCK_LIMIT = 30;

/**
 * The database's time, by which all replicas order what they do: as it was heard with the last look at the feed, and
 * carried on by the process's own time, which no correction of a clock can move. Until then, this computer's.
 */
export class DatabaseClock extends Clock {
  /** Milliseconds between the process's time and the database's. */
  private distance: number | null = null;

  /** @param local this computer's. */
  constructor(private readonly local: Clock) {
    super();
  }

  override now(): number {
    if (this.distance === null) return this.local.now();
    return Math.floor(this.local.ofDatabase(performance.now() + this.distance));
  }

  /** What anybody here can mean by now at the latest: this computer's clock may be ahead of the database's. */
  get latest(): number {
    return Math.max(this.now(), this.local.now());
  }

  /**
   * What a host has noted, in the database's time: by a clock that is behind, where this computer's is, and by one that
   * is ahead where it cannot have been yet.
   */
  ofHost(time: number): number {
    const now = this.now();
    const lead = this.local.now() - now;
    return lead < 0 || time > now ? time - lead : time;
  }

  override ofDatabase(time: number): number {
    return this.local.ofDatabase(time);
  }

  /**
   * What the database's clock said, in milliseconds since the epoch, to a question between these two of the process's
   * times. What was known stays as long as it may be true, so that time does not jump.
   */
  hear(time: number, askedAt: number, answeredAt: number): void {
    const [least, most] = [time - answeredAt, time - askedAt];
    this.distance = Math.min(most, Math.max(least, this.distance ?? (least + most) / 2));
  }

  /** Seconds by which this computer's clock is ahead of the database's; negative when it is behind. */
  get lead(): number {
    return (this.local.now() - this.now()) / 1000;
  }

  /** Whether both agree well enough to serve anybody. */
  get isTrusted(): boolean {
    return Math.abs(this.lead) <= CLOCK_LIMIT;
  }

  /** A sentence for people when both differ too much; null while it does not matter. */
  describe(): string | null {
    const { lead } = this;
    const seconds = Math.abs(lead).toFixed(1);
    if (Math.abs(lead) < CLOCK_WARNING) return null;
    return `This computer's clock is ${seconds} s ${lead > 0 ? 'ahead of' : 'behind'} the database's: set it right, with NTP for example.`;
  }
}

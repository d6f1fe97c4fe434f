/** Seconds after which a loop that ends no round is stuck. */
const STUCK_AFTER = 60;

/** Work that goes on in the background for as long as the process lives. */
export interface BackgroundLoop {
  /** For people who look at health. */
  readonly name: string;
  /** Whether it has ended no round for a minute, not even with an error. */
  isStuck(): boolean;
}

/** When the rounds of a loop end, by the process's own time, which no correction of a clock can move. */
export class Rounds {
  private endedAt: number | null = null;

  /** @param interval milliseconds between two rounds. */
  constructor(private readonly interval: number) {}

  /** The loop begins; or a round of it has ended, in whatever way. */
  ended(): void {
    this.endedAt = performance.now();
  }

  /** The loop is over. */
  stop(): void {
    this.endedAt = null;
  }

  get areStuck(): boolean {
    return this.endedAt !== null && performance.now() - this.endedAt > this.interval + STUCK_AFTER * 1000;
  }
}

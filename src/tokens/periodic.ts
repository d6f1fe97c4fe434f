import { Logger } from '@nestjs/common';
import { type BackgroundLoop, Rounds } from './background-loop.js';
import { withDeadline } from './deadline.js';

/** Milliseconds after which a round is given up. */
const DEADLINE = 30_000;

/**
 * Work that is done round after round. A round that fails, or takes too long, is followed by another try; the log says so
 * of the first of a row.
 */
export abstract class Periodic implements BackgroundLoop {
  readonly name = this.constructor.name;
  protected readonly logger = new Logger(this.name);
  private readonly progress: Rounds;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isHurried = false;
  private failing = false;

  /** @param interval milliseconds between two rounds. */
  constructor(private readonly interval: number) {
    this.progress = new Rounds(interval);
  }

  abstract round(): Promise<void>;

  isStuck(): boolean {
    return this.progress.areStuck;
  }

  start(): void {
    this.progress.ended();
    this.timer = setInterval(() => {
      this.running ??= this.attempt();
    }, this.interval);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    this.progress.stop();
    await this.running;
  }

  /** Another round as soon as the one that is under way has ended; none where the loop does not run. */
  hurry(): void {
    if (this.isHurried) return;
    this.isHurried = true;
    void this.follow();
  }

  private async follow(): Promise<void> {
    await this.running;
    this.isHurried = false;
    if (this.timer) this.running ??= this.attempt();
  }

  private async attempt(): Promise<void> {
    try {
      await withDeadline(DEADLINE, this.round());
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn(`This round failed: ${String(error)}`);
      this.failing = true;
    }
    this.progress.ended();
    this.running = undefined;
  }
}

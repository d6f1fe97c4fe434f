import { Logger } from '@nestjs/common';
import { type BackgroundLoop, Rounds } from './background-loop.js';
import { withDeadline } from './deadline.js';

/** Milliseconds after which a round is given up. */
const DEADLINE = 30_000;

/** Work that is done round after round. A round that fails, or takes too long, is logged, and the next one tries again. */
export abstract class Periodic implements BackgroundLoop {
  readonly name = this.constructor.name;
  protected readonly logger = new Logger(this.name);
  private readonly progress: Rounds;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

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
    this.progress.stop();
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await withDeadline(DEADLINE, this.round());
    } catch (error) {
      this.logger.warn(`This round failed: ${String(error)}`);
    }
    this.progress.ended();
    this.running = undefined;
  }
}

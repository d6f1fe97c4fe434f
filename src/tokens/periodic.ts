import { Logger } from '@nestjs/common';

/** Work that is done round after round, never two at once. A round that fails is logged, and the next one tries again. */
export abstract class Periodic {
  protected readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /** @param interval milliseconds between two rounds. */
  constructor(private readonly interval: number) {}

  abstract round(): Promise<void>;

  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.attempt();
    }, this.interval);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.logger.warn(`This round failed: ${String(error)}`);
    }
    this.running = undefined;
  }
}

import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from 'nestjs-mcp-auth/service-kit';

/** Milliseconds between two lines. */
const INTERVAL = 60_000;

/** Whether an error says that something is away which may come back: every call fails with it meanwhile. */
export function isOutage(error: unknown): error is Error {
  return error instanceof HttpException ? error.getStatus() === 503 : isDatabaseAway(error);
}

/** Says once a minute that calls fail because something is away, however many there are. */
export class OutageLog {
  private saidAt = -Infinity;
  private failed = 0;

  /** @param say what is wrong, and how many calls have failed with it since the last time. */
  constructor(
    private readonly say: (error: Error, failed: number) => void,
    private readonly now = () => performance.now(),
  ) {}

  note(error: Error): void {
    this.failed += 1;
    if (this.now() - this.saidAt < INTERVAL) return;
    this.say(error, this.failed);
    this.saidAt = this.now();
    this.failed = 0;
  }
}

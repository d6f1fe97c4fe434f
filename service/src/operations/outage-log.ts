import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from 'nestjs-mcp-auth/service-kit';

/** Milliseconds between two lines. */
const INTERVAL = 60_000;

/** Whether an error says that something is away which may come back: every call fails with it meanwhile. */
export function isOutage(error: unknown): error is Error {
  return error instanceof HttpException ? error.getStatus() === 503 : isDatabaseAway(error);
}

/**
 * Says once a minute that calls fail because something is away, however many there are: of the database, and of anything
 * else, so that neither hides the other.
 */
export class OutageLog {
  private readonly outages = new Map<boolean, { saidAt: number; failed: number }>();

  /** @param say what is wrong, and how many calls have failed with it since the last time. */
  constructor(
    private readonly say: (error: Error, failed: number) => void,
    private readonly now = () => performance.now(),
  ) {}

  note(error: Error): void {
    const isOfDatabase = isDatabaseAway(error) || isDatabaseAway(error.cause);
    const { saidAt, failed } = this.outages.get(isOfDatabase) ?? { saidAt: -Infinity, failed: 0 };
    const now = this.now();
    const isDue = now - saidAt >= INTERVAL;
    if (isDue) this.say(error, failed + 1);
    this.outages.set(isOfDatabase, isDue ? { saidAt: now, failed: 0 } : { saidAt, failed: failed + 1 });
  }
}

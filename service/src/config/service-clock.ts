import { Clock } from 'nestjs-mcp-auth';

/** How far a computer's clock is from the database's. */
interface ClockComparison {
  /** Seconds by which the computer's is ahead. */
  readonly clockLead: number;
}

/** The time by which the service decides: the database's, so that no replica ends a session early or late by its own. */
export class ServiceClock extends Clock {
  private comparison: ClockComparison | null = null;

  /** @param computer this computer's clock, by which alone nothing is decided. */
  constructor(readonly computer: Clock) {
    super();
  }

  override now(): number {
    return Math.floor(this.computer.now() - (this.comparison?.clockLead ?? 0) * 1000);
  }

  override ofDatabase(time: number): number {
    return this.computer.ofDatabase(time);
  }

  /** From now on the database's; this computer's until then. */
  follow(comparison: ClockComparison): void {
    this.comparison = comparison;
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { CLOCK_WARNING, DatabaseClock } from './database-clock.js';

/** Says in the log when this computer's clock and the database's part, and when they meet again. */
@Injectable()
export class ClockWatch {
  private readonly logger = new Logger(ClockWatch.name);
  private warnedOf = 0;

  constructor(private readonly clock: DatabaseClock) {}

  observe(): void {
    const { lead } = this.clock;
    const isApart = Math.abs(lead) >= CLOCK_WARNING;
    if (!isApart && this.warnedOf !== 0) {
      this.warnedOf = 0;
      this.logger.log("This computer's clock agrees with the database's again.");
    }
    // Again when it has become twice as bad: a clock that drifts does not fill the log.
    if (!isApart || Math.abs(lead) < 2 * Math.abs(this.warnedOf)) return;
    this.warnedOf = lead;
    const sentence = this.clock.describe();
    if (this.clock.isTrusted) this.logger.warn(sentence);
    else this.logger.error(sentence);
  }
}

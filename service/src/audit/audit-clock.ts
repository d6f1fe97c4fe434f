import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Clock } from 'nestjs-mcp-auth';
import { ServiceClock } from '../config/service-clock.js';

/** Seconds by which the clocks of a replica and of the database may differ. */
const TOLERANCE = 30;

/** The time, where no single clock is believed. */
@Injectable()
export class AuditClock {
  private readonly clock: Clock;

  /** This computer's own clock: the service's follows the database's already. */
  constructor({ computer }: ServiceClock) {
    this.clock = computer;
  }

  /** The database's time. @throws ClockDifference when the replica's is another. */
  async agreed(manager: EntityManager): Promise<Date> {
    const before = this.clock.now();
    const now = await databaseTime(manager);
    const after = this.clock.now();
    // An answer that took long says nothing of the clocks.
    const seconds = Math.max(before - now.getTime(), now.getTime() - after) / 1000;
    if (seconds > TOLERANCE) throw new ClockDifference(Math.round(seconds));
    return now;
  }
}

/** Nobody can say what time it is. */
export class ClockDifference extends Error {
  /** @param seconds by which the clocks differ. */
  constructor(readonly seconds: number) {
    super(`The clock of this replica and that of the database differ by ${seconds} s.`);
  }
}

export async function databaseTime(manager: EntityManager): Promise<Date> {
  const [row] = await manager.query<{ now: Date }[]>('SELECT clock_timestamp() AS "now"');
  if (!row) throw new Error('The database does not say what time it is.');
  return row.now;
}

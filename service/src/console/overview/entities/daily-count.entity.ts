import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often something happened on a day (UTC), as the audit has it. */
@Entity('dailyCount')
export class DailyCount {
  /** Such as `2026-11-30`. */
  @PrimaryColumn({ type: 'date' })
  day: string;

  @PrimaryColumn({ type: 'text' })
  metric: string;

  @Column({ type: 'integer' })
  count: number;
}

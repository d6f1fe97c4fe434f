import { Entity, PrimaryColumn } from 'typeorm';

/** Somebody or something that was seen on a day, so that it counts once; kept for a few days. */
@Entity('dailyActive')
export class DailyActive {
  @PrimaryColumn({ type: 'date' })
  day: string;

  @PrimaryColumn({ type: 'text' })
  metric: string;

  /** Of a person, or of a client. */
  @PrimaryColumn({ type: 'text' })
  id: string;
}

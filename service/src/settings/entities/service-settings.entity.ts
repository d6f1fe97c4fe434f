import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row there is. */
export const SETTINGS_ROW = 1;

/** What administrators have set in the console; null where they have said nothing. */
@Entity('serviceSettings')
export class ServiceSettings {
  /** `SETTINGS_ROW`. */
  @PrimaryColumn({ type: 'smallint' })
  id: number;

  @Column({ type: 'text', nullable: true })
  companyName: string | null;

  /** A file. */
  @Column({ type: 'bytea', nullable: true })
  logo: Buffer | null;

  @Column({ type: 'text', nullable: true })
  colour: string | null;

  @Column({ type: 'text', nullable: true })
  helpUrl: string | null;

  @Column({ type: 'text', nullable: true })
  privacyUrl: string | null;

  @Column({ type: 'text', nullable: true })
  contact: string | null;

  /** Seconds. */
  @Column({ type: 'integer', nullable: true })
  sessionIdle: number | null;

  /** Seconds. */
  @Column({ type: 'integer', nullable: true })
  sessionMaxAge: number | null;

  /** One more after every change. */
  @Column({ type: 'integer', default: 0 })
  version: number;
}

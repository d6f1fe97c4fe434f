import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An end of a rule or an approval that has been announced: once, by whichever replica came first. */
@Entity('accessEnd')
export class AccessEnd {
  /** A digest of what has ended, and when. */
  @PrimaryColumn({ type: 'text' })
  key: string;

  @Index('accessEnd_announcedAt_idx')
  @Column({ type: 'timestamptz' })
  announcedAt: Date;
}

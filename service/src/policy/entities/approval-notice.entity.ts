import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What administrators are told, or have been, by the webhook: that somebody waits for a kind of clients. */
@Entity('approvalNotice')
export class ApprovalNotice {
  @PrimaryColumn({ type: 'text' })
  kind: string;

  /** The message's, the same at each try. */
  @Column({ type: 'uuid' })
  id: string;

  /** Tries so far. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  /** When it is tried next; null where it is told, or given up. */
  @Index('approvalNotice_dueAt_idx', { where: '"dueAt" IS NOT NULL' })
  @Column({ type: 'timestamptz', nullable: true })
  dueAt: Date | null;

  /** When it was told or given up last. */
  @Column({ type: 'timestamptz', nullable: true })
  settledAt: Date | null;
}

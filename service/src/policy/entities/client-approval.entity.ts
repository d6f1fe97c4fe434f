import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client that people want to use, and whether an administrator has agreed. */
@Entity('clientApproval')
export class ClientApproval {
  @PrimaryColumn({ type: 'text' })
  clientId: string;

  /** As it calls itself. */
  @Column({ type: 'text', nullable: true })
  clientName: string | null;

  @Column({ type: 'text' })
  redirectUri: string;

  /** Who asked first. */
  @Column({ type: 'text' })
  requestedBy: string;

  @Index('clientApproval_requestedAt_idx')
  @Column({ type: 'timestamptz' })
  requestedAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  approvedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  approvedBy: string | null;
}

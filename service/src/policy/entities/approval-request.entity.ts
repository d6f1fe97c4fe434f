import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Somebody waits for a client at a server. */
@Entity('approvalRequest')
export class ApprovalRequest {
  /** A digest of who waits for what: all three together may be too long for an index. */
  @PrimaryColumn({ type: 'text' })
  id: string;

  @Index('approvalRequest_clientId_idx')
  @Column({ type: 'text' })
  clientId: string;

  /** The person's subject. */
  @Index('approvalRequest_userId_idx')
  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  resource: string;

  /** As it called itself. */
  @Column({ type: 'text', nullable: true })
  clientName: string | null;

  @Column({ type: 'text' })
  redirectUri: string;

  /** The surest kind that the client is of, by which requests are shown together; its id where it is of none. */
  @Index('approvalRequest_kind_idx')
  @Column({ type: 'text' })
  kind: string;

  /** All kinds that the client was of then: a decision about any of them is what is waited for. */
  @Column({ type: 'text', array: true, default: '{}' })
  kinds: string[];

  @Index('approvalRequest_requestedAt_idx')
  @Column({ type: 'timestamptz' })
  requestedAt: Date;
}

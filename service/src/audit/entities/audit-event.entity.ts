import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One line of the audit. Written once; only its place in the chain is added later, once. */
@Entity('auditEvent')
@Index('auditEvent_userId_idx', ['userId', 'sequence'])
@Index('auditEvent_clientId_idx', ['clientId', 'sequence'])
@Index('auditEvent_at_idx', ['at', 'sequence'])
@Index('auditEvent_refused_idx', ['sequence'], { where: `"outcome" = 'refused'` })
@Index('auditEvent_action_idx', ['action', 'sequence'])
@Index('auditEvent_process_key', ['process', 'number'], { unique: true })
@Index('auditEvent_about_idx', { synchronize: false })
@Index('auditEvent_unsealed_idx', ['sequence'], { where: '"position" IS NULL' })
export class AuditEventRow {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** The order of writing. */
  @Index('auditEvent_sequence_key', { unique: true })
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  sequence: string;

  @Column({ type: 'timestamptz' })
  at: Date;

  @Column({ type: 'text' })
  action: string;

  @Column({ type: 'text' })
  outcome: 'success' | 'refused';

  @Column({ type: 'text', nullable: true })
  userId: string | null;

  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  @Column({ type: 'text', nullable: true })
  resource: string | null;

  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Index('auditEvent_requestId_idx')
  @Column({ type: 'text', nullable: true })
  requestId: string | null;

  @Column({ type: 'jsonb' })
  detail: Record<string, unknown>;

  /** In the chain, counted through without a gap. */
  @Index('auditEvent_position_key', { unique: true })
  @Column({ type: 'bigint', nullable: true })
  position: string | null;

  /** HMAC-SHA-256 in base64url over this event and the `mac` before it. */
  @Column({ type: 'text', nullable: true })
  mac: string | null;

  /** The process that wrote it; null where an older version did. */
  @Column({ type: 'uuid', nullable: true })
  process: string | null;

  /** Which event of that process it is. */
  @Column({ type: 'bigint', nullable: true })
  number: string | null;

  /** HMAC-SHA-256 in base64url over both and the event, under the key of that process. */
  @Column({ type: 'text', nullable: true })
  processMac: string | null;

  /** By the clock of the database; null of what an older version wrote. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()' })
  writtenAt: Date | null;
}

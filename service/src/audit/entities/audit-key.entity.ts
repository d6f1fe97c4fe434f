import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key of the audit's chain, sealed. The newest that opens is in use. */
@Entity('auditKey')
export class AuditKey {
  @PrimaryColumn({ type: 'integer' })
  generation: number;

  @Column({ type: 'text' })
  sealed: string;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** Since when processes mark the events they write. */
  @Column({ type: 'timestamptz', nullable: true })
  marksSince: Date | null;

  /** HMAC-SHA-256 in base64url over it, under this key. */
  @Column({ type: 'text', nullable: true })
  marksMac: string | null;
}

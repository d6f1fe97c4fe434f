import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the chain begins, since what was before has reached its age and is gone. */
@Entity('auditCheckpoint')
export class AuditCheckpoint {
  /** Of the last event that is gone. */
  @PrimaryColumn({ type: 'bigint' })
  position: string;

  /** Its `mac`. */
  @Column({ type: 'text' })
  mac: string;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** HMAC-SHA-256 in base64url over the rest: nobody else can make events go. */
  @Column({ type: 'text' })
  signature: string;
}

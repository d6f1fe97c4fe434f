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
}

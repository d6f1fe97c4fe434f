import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Policy } from '../../config/policy.js';

/** The policy that living tokens were issued by: one row, locked while it changes. */
@Entity('appliedPolicy')
export class AppliedPolicy {
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @Column({ type: 'jsonb' })
  policy: Policy;

  /** Whether it stood in a policy file; null where an earlier version wrote it. */
  @Column({ type: 'boolean', nullable: true })
  fromFile: boolean | null;

  @Column({ type: 'timestamptz' })
  appliedAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NamedProvider } from '../../config/group-names.js';
import type { Policy } from '../../config/policy.js';

/** What a replica's configuration says: all of the policy, or what it adds to the rules of the database. */
export type ConfiguredPolicy = Policy & { withDatabase?: boolean };

/** The row of the policy that was announced last, which is locked while it changes. */
export const ANNOUNCED = 1;

/** The form of the rows that this version writes, and the only one that it reads. */
export const POLICY_FORMAT = 1;

/** The policies that living tokens were issued by: the one that was announced last, and that of each replica. */
@Entity('appliedPolicy')
export class AppliedPolicy {
  /** `ANNOUNCED`, or a number of a replica's own. */
  @PrimaryColumn({ type: 'integer' })
  id: number;

  @Column({ type: 'jsonb' })
  policy: ConfiguredPolicy;

  /** In which form it is written; one that is not known may say anything. */
  @Column({ type: 'smallint', default: POLICY_FORMAT })
  format: number;

  /** Of whose groups its rules spoke; null where an earlier version wrote it. */
  @Column({ type: 'jsonb', nullable: true })
  providers: readonly NamedProvider[] | null;

  /** Whether it stood in a policy file; null where an earlier version wrote it. */
  @Column({ type: 'boolean', nullable: true })
  fromFile: boolean | null;

  /** When it was announced, or when the replica was last known to go by it. */
  @Column({ type: 'timestamptz' })
  appliedAt: Date;
}

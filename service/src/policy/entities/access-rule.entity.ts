import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A rule of the policy, where no file has it. */
@Entity('accessRule')
export class AccessRuleRow {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  /** Null for everybody. */
  @Column({ type: 'text', array: true, nullable: true })
  groups: string[] | null;

  @Column({ type: 'text' })
  resource: string;

  /** Null for all. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes: string[] | null;

  /** Null for any. */
  @Column({ type: 'text', array: true, nullable: true })
  clients: string[] | null;

  /** From then on it grants nothing; null for no end. */
  @Column({ type: 'timestamptz', nullable: true })
  until: Date | null;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** Counts changes: whoever changes it says which they have seen. */
  @Column({ type: 'integer', default: 1 })
  version: number;

  /** Who added or changed it last; null where an earlier version wrote it. */
  @Column({ type: 'text', nullable: true })
  updatedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  updatedAt: Date | null;
}

/** What a rule says. */
export type RuleWords = Pick<AccessRuleRow, 'name' | 'groups' | 'resource' | 'scopes' | 'clients' | 'until'>;

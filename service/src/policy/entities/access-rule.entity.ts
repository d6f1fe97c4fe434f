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

  @Column({ type: 'timestamptz' })
  createdAt: Date;
}

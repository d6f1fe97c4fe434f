import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** Who somebody is at an identity provider: an issuer and a subject, byte for byte. An account has any number. */
@Entity('identity')
@Index('identity_groups_idx', { synchronize: false })
@Index('identity_issuer_sub_key', ['issuer', 'sub'], { unique: true })
export class Identity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ForeignKey(() => User, 'id', { name: 'identity_userId_fkey', onDelete: 'CASCADE' })
  @Index('identity_userId_idx')
  @Column({ type: 'uuid' })
  userId: string;

  /** As it is configured. */
  @Column({ type: 'text' })
  issuer: string;

  /** As the provider says it. */
  @Column({ type: 'text' })
  sub: string;

  /** As the provider named them last. They are this provider's: one of the same name elsewhere is another. */
  @Column({ type: 'text', array: true, default: [] })
  groups: string[];

  @Column({ type: 'timestamptz', nullable: true })
  groupsReadAt: Date | null;

  /** Whether the provider, which may speak for the account's address, has said that it is this person's. */
  @Column({ type: 'boolean', default: false })
  provesAddress: boolean;

  /** Whether the account's name and address follow what the provider says. */
  @Column({ type: 'boolean', default: false })
  isSource: boolean;

  @Column({ type: 'timestamptz' })
  createdAt: Date;
}

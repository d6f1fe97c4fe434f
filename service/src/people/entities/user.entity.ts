import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Role } from '../../web/roles.js';

@Entity('user')
@Index('user_name_idx', { synchronize: false })
@Index('user_lastSignInAt_idx', { synchronize: false })
@Index('user_groups_idx', { synchronize: false })
@Index('user_createdAt_idx', ['createdAt', 'id'])
export class User {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** `sub` of the person's tokens, and their id in the library: stable for good, whatever the row's id. Default: that id. */
  @Index('user_subject_key', { unique: true })
  @Column({ type: 'text' })
  subject: string;

  @Column({ type: 'text' })
  name: string;

  /** In lower case. */
  @Index('user_email_key', { unique: true })
  @Column({ type: 'text' })
  email: string;

  @Column({ type: 'boolean', default: false })
  emailVerified: boolean;

  @Column({ type: 'text', nullable: true })
  image: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @Index('user_role_idx')
  @Column({ type: 'text' })
  role: Role;

  @Index('user_disabledAt_idx', { where: '"disabledAt" IS NOT NULL' })
  @Column({ type: 'timestamptz', nullable: true })
  disabledAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastSignInAt: Date | null;

  /** When the password was last replaced by another; null when it never was, or there is none. */
  @Column({ type: 'timestamptz', nullable: true })
  passwordChangedAt: Date | null;

  /** Of a person without an identity; of others those of their last sign-in, for the version before alone. */
  @Column({ type: 'text', array: true, default: [] })
  groups: string[];

  /** Null for a person without an identity, whose groups never grow old. */
  @Column({ type: 'timestamptz', nullable: true })
  groupsReadAt: Date | null;
}

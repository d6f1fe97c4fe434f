import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../../web/roles.js';
import { User } from './user.entity.js';

/** A link that makes one account, once. */
@Entity('invitation')
@Index('invitation_createdAt_idx', ['createdAt', 'id'])
export class Invitation {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** SHA-256 of the link's token in base64url. */
  @Index('invitation_hash_key', { unique: true })
  @Column({ type: 'text' })
  hash: string;

  /** In lower case. */
  @Index('invitation_email_key', { unique: true })
  @Column({ type: 'text' })
  email: string;

  /** As the administrator knows the person; null when they did not say. */
  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text' })
  role: Role;

  @ForeignKey(() => User, 'id', { name: 'invitation_invitedBy_fkey', onDelete: 'CASCADE' })
  @Index('invitation_invitedBy_idx')
  @Column({ type: 'uuid' })
  invitedBy: string;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

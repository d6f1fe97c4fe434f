import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** A link by which a person sets a new password, once. */
@Entity('passwordLink')
export class PasswordLink {
  /** SHA-256 of the link's token in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  @ForeignKey(() => User, 'id', { name: 'passwordLink_userId_fkey', onDelete: 'CASCADE' })
  @Index('passwordLink_userId_key', { unique: true })
  @Column({ type: 'uuid' })
  userId: string;

  /** The administrator who made it. */
  @ForeignKey(() => User, 'id', { name: 'passwordLink_createdBy_fkey', onDelete: 'CASCADE' })
  @Index('passwordLink_createdBy_idx')
  @Column({ type: 'uuid' })
  createdBy: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

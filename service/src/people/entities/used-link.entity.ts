import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** A link that was used a short while ago, and by which browser: a second click there gets the same answer. */
@Entity('usedLink')
export class UsedLink {
  /** SHA-256 of the link's token in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  /** SHA-256 in base64url of what the form of that browser carried. */
  @Column({ type: 'text' })
  browserHash: string;

  /** Whose account it opened. */
  @ForeignKey(() => User, 'id', { name: 'usedLink_userId_fkey', onDelete: 'CASCADE' })
  @Index('usedLink_userId_idx')
  @Column({ type: 'uuid' })
  userId: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

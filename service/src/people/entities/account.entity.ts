import {
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { User } from './user.entity.js';

/** One way for a user to sign in: a password, or an identity at another provider. */
@Entity('account')
@Index('account_provider_key', ['providerId', 'accountId'], { unique: true })
@Index('account_importedPassword_idx', ['id'], { where: `"password" NOT LIKE '$%'` })
export class Account {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** The user's id at the provider; the own id for a password. */
  @Column({ type: 'text' })
  accountId: string;

  /** `credential` for a password. */
  @Column({ type: 'text' })
  providerId: string;

  @ForeignKey(() => User, 'id', { name: 'account_userId_fkey', onDelete: 'CASCADE' })
  @Index('account_userId_idx')
  @Column({ type: 'uuid' })
  userId: string;

  @Column({ type: 'text', nullable: true })
  accessToken: string | null;

  @Column({ type: 'text', nullable: true })
  refreshToken: string | null;

  @Column({ type: 'text', nullable: true })
  idToken: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  accessTokenExpiresAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  refreshTokenExpiresAt: Date | null;

  @Column({ type: 'text', nullable: true })
  scope: string | null;

  /** An argon2id hash; or one that was taken over from Better Auth, until it is used. */
  @Column({ type: 'text', nullable: true })
  password: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

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

/** A sign-in session: what a browser's cookie stands for. */
@Entity('session')
export class Session {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** SHA-256 of the cookie's value in base64url. */
  @Index('session_token_key', { unique: true })
  @Column({ type: 'text' })
  token: string;

  /** When it ends unless it is used before. */
  @Index('session_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'text', nullable: true })
  ipAddress: string | null;

  @Column({ type: 'text', nullable: true })
  userAgent: string | null;

  @ForeignKey(() => User, 'id', { name: 'session_userId_fkey', onDelete: 'CASCADE' })
  @Index('session_userId_idx')
  @Column({ type: 'uuid' })
  userId: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  /** When the person is known to have proved who they are; null where a provider let them in and did not say when that was. */
  @Column({ type: 'timestamptz', nullable: true })
  provedAt: Date | null;

  /** The same, or else when the session began. */
  @Column({ type: 'timestamptz' })
  authenticatedAt: Date;

  /** Issuer of the identity provider that the person signed in with; null for a password. */
  @Column({ type: 'text', nullable: true })
  issuer: string | null;

  /** When it ends however much it is used. */
  @Column({ type: 'timestamptz' })
  endsAt: Date;
}

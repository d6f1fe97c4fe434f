import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client that is to hear that a sign-in session has ended (OpenID Connect Back-Channel Logout 1.0). */
@Entity('oauthLogout')
@Index('oauthLogout_dueAt_idx', ['dueAt'], { where: '"dueAt" IS NOT NULL' })
export class OAuthLogout {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauthLogout_pkey' })
  sid: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauthLogout_pkey' })
  userId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oauthLogout_pkey' })
  clientId: string;

  /** When its last grant of the session was made: whoever is granted more after that hears again. */
  @Column({ type: 'timestamptz' })
  grantedAt: Date;

  /** How often it was tried. */
  @Column({ type: 'integer', default: 0 })
  attempts: number;

  /** When it is tried next; null where the client has heard, or was given up. */
  @Column({ type: 'timestamptz', nullable: true })
  dueAt: Date | null;

  @Index('oauthLogout_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Actor } from '../../oauth/actor.js';

/** Who a grant speaks for: a person, a client itself, or one of them through another server (RFC 8693). */
export type GrantKind = 'person' | 'service-account' | 'delegated';

/**
 * One decision: one user (or service account), one client, one resource, some scopes. It owns its codes and tokens.
 * No foreign key to the client: it would lock the client's row. A grant without its client opens nothing, and is swept away.
 */
@Entity('oauthGrant')
@Index('oauthGrant_live_idx', { synchronize: false })
@Index('oauthGrant_rootGrantId_idx', ['rootGrantId'], { where: '"rootGrantId" IS NOT NULL' })
@Index('oauthGrant_sid_idx', ['sid'], { where: '"sid" IS NOT NULL' })
@Index('oauthGrant_lastUse_idx', { synchronize: false })
@Index('oauthGrant_clientLastUse_idx', { synchronize: false })
export class OAuthGrant {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'text', default: 'person' })
  kind: GrantKind;

  /** Null where no person is behind it. */
  @Column({ type: 'text', nullable: true })
  userId: string | null;

  @Column({ type: 'text' })
  resource: string;

  /** Where its code went; null where it had none. */
  @Column({ type: 'text', nullable: true })
  redirectUri: string | null;

  @Column({ type: 'text', array: true })
  scopes: string[];

  /** Whether its codes bring refresh tokens. */
  @Column({ type: 'boolean' })
  refreshable: boolean;

  /** When the person last proved who they are; when it was made where no person is behind it. */
  @Column({ type: 'timestamptz' })
  authenticatedAt: Date;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** The absolute end, whatever is refreshed. */
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  /** The first grant of a chain of delegation, with which this one ends; null for one that is no descendant. */
  @ForeignKey(() => OAuthGrant, 'id', { name: 'oauthGrant_rootGrantId_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid', nullable: true })
  rootGrantId: string | null;

  /** The grant whose token was exchanged for this one. */
  @Column({ type: 'uuid', nullable: true })
  parentGrantId: string | null;

  /** `act` of the tokens of a delegated grant. */
  @Column({ type: 'jsonb', nullable: true })
  actor: Actor | null;

  /** SHA-256 thumbprint of the key its tokens are bound to (RFC 7638, RFC 9449 §6.1). */
  @Column({ type: 'text', nullable: true })
  keyThumbprint: string | null;

  /** The sign-in session behind it, as the host calls it (OpenID Connect Back-Channel Logout §2.1). */
  @Column({ type: 'text', nullable: true })
  sid: string | null;

  /** How the person proved who they are (RFC 8176), and how strong that was (OpenID Connect Core §2). */
  @Column({ type: 'text', array: true, nullable: true })
  amr: string[] | null;

  @Column({ type: 'text', nullable: true })
  acr: string | null;

  /** When tokens were last issued for it, to the day; null for not since it was made. */
  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;
}

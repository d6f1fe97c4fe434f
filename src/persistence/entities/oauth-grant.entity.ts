import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OAuthApplication } from './oauth-application.entity.js';

/** One decision: one user, one client, one resource, some scopes. It owns its codes and tokens. */
@Entity('oauthGrant')
@Index('oauthGrant_clientId_userId_idx', ['clientId', 'userId'])
@Index('oauthGrant_userId_idx', ['userId'])
@Index('oauthGrant_expiresAt_idx', ['expiresAt'])
export class OAuthGrant {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ForeignKey(() => OAuthApplication, 'clientId', { name: 'oauthGrant_clientId_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  resource: string;

  /** Where its code went. */
  @Column({ type: 'text' })
  redirectUri: string;

  @Column({ type: 'text', array: true })
  scopes: string[];

  /** Whether its codes bring refresh tokens. */
  @Column({ type: 'boolean' })
  refreshable: boolean;

  /** When the person last proved who they are. */
  @Column({ type: 'timestamptz' })
  authenticatedAt: Date;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** The absolute end, whatever is refreshed. */
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a user has allowed a client at a redirect host on a resource. The first block is the OIDC Provider schema's. */
@Entity('oauthConsent')
@Index('oauthConsent_key', ['userId', 'clientId', 'redirectHost', 'resource'], { unique: true })
export class OAuthConsent {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Index('oauthConsent_clientId_idx')
  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'text' })
  userId: string;

  @Column({ type: 'text', array: true })
  scopes: string[];

  @Column({ type: 'boolean' })
  consentGiven: boolean;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  updatedAt: Date;

  @Column({ type: 'text' })
  redirectHost: string;

  @Column({ type: 'text' })
  resource: string;

  /** What the client was when it was given, where that may change: its redirect hosts and keys. */
  @Column({ type: 'text', nullable: true })
  clientDigest: string | null;

  /** Whether the person was told that the client stays connected; null where nobody knows. */
  @Column({ type: 'boolean', nullable: true })
  refreshable: boolean | null;
}

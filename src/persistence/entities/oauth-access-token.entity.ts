import { Column, Entity, Exclusion, Index, PrimaryColumn } from 'typeorm';

/**
 * One issued access/refresh pair. The first block of columns is the OIDC Provider schema's. No foreign key: it would lock
 * the grant's row at every refresh. What is left of a grant that is gone opens nothing, and is swept away.
 */
@Entity('oauthAccessToken')
@Exclusion('oauthAccessToken_refreshToken_excl', 'USING hash ("refreshToken" WITH =)')
export class OAuthAccessToken {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** The access token's `jti`; the token itself is never stored. */
  @Index('oauthAccessToken_accessToken_key', { unique: true })
  @Column({ type: 'text' })
  accessToken: string;

  /** SHA-256 of the refresh token in base64url; null when this row only records an access token. */
  @Column({ type: 'text', nullable: true })
  refreshToken: string | null;

  @Column({ type: 'timestamptz' })
  accessTokenExpiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  refreshTokenExpiresAt: Date | null;

  @Column({ type: 'text' })
  clientId: string;

  /** Null: the grant says it. */
  @Column({ type: 'text', nullable: true })
  userId: string | null;

  /** Null: the grant says it. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes: string[] | null;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  updatedAt: Date;

  @Index('oauthAccessToken_grantId_idx')
  @Column({ type: 'uuid' })
  grantId: string;

  /** Its place in the status lists, counted through. */
  @Index('oauthAccessToken_statusIndex_key', { unique: true })
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  statusIndex: string;

  /** When this access token alone was taken back. */
  @Column({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  /** When the refresh token was first exchanged for its successor. */
  @Column({ type: 'timestamptz', nullable: true })
  rotatedAt: Date | null;

  /** SHA-256 of the successor in base64url. */
  @Column({ type: 'text', nullable: true })
  successorHash: string | null;

  /** The successor, sealed under a key derived from the presented token; erased when the grace window closes. */
  @Column({ type: 'bytea', nullable: true })
  successorSealed: Buffer | null;

  /** In which form it is sealed; null for the first. */
  @Column({ type: 'smallint', nullable: true })
  successorFormat: number | null;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A device that asks (RFC 8628). A yes gives it an authorization code of the same hash, which its device code redeems. */
@Entity('oauthDeviceCode')
@Index('oauthDeviceCode_unanswered_idx', ['expiresAt'], { where: '"answer" IS NULL' })
export class OAuthDeviceCode {
  /** SHA-256 of the device code, in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  /** HMAC of the user code in base64url: it is short enough to be guessed from a hash. */
  @Index('oauthDeviceCode_userCodeHash_key', { unique: true })
  @Column({ type: 'text' })
  userCodeHash: string;

  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'text' })
  resource: string;

  @Column({ type: 'text', array: true })
  scopes: string[];

  /** Where it asked from, and what it says it is. */
  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Column({ type: 'text', nullable: true })
  userAgent: string | null;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Index('oauthDeviceCode_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** Seconds between two polls. */
  @Column({ type: 'integer' })
  interval: number;

  @Column({ type: 'timestamptz', nullable: true })
  lastPolledAt: Date | null;

  @Column({ type: 'text', nullable: true })
  answer: 'allowed' | 'denied' | null;
}

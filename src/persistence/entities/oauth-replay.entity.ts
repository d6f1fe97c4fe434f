import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that may be used once and has been: a client's assertion (RFC 7523 §3). */
@Entity('oauthReplay')
export class OAuthReplay {
  /** SHA-256 in base64url of whose it is and of its id. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  /** When it would be refused anyway. */
  @Index('oauthReplay_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

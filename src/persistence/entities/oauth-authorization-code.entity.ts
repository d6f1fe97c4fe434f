import { Column, Entity, PrimaryColumn } from 'typeorm';

/** No foreign key: it would lock the grant's row. The code of a grant that is gone opens nothing, and goes with time. */
@Entity('oauthAuthorizationCode')
export class OAuthAuthorizationCode {
  /** SHA-256 of the code in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  @Column({ type: 'uuid' })
  grantId: string;

  /** RFC 7636 §4.2, method S256. */
  @Column({ type: 'text' })
  codeChallenge: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** OpenID Connect Core §3.1.2.1. */
  @Column({ type: 'text', nullable: true })
  nonce: string | null;

  /** What the id_token will say of the person, until the code is consumed; null where `openid` was not granted. */
  @Column({ type: 'jsonb', nullable: true })
  idTokenClaims: Record<string, unknown> | null;

  @Column({ type: 'timestamptz', nullable: true })
  consumedAt: Date | null;
}

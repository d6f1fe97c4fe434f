import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An authorization request that a client has pushed (RFC 9126). */
@Entity('oauthPushedRequest')
@Index('oauthPushedRequest_unused_idx', ['expiresAt'], { where: '"interactionId" IS NULL' })
export class OAuthPushedRequest {
  /** SHA-256 of the random part of its `request_uri`, in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  @Column({ type: 'text' })
  clientId: string;

  @Column({ type: 'jsonb' })
  parameters: Record<string, string>;

  /** What it has become; null until a browser comes. */
  @Column({ type: 'uuid', nullable: true })
  interactionId: string | null;

  /** SHA-256 of the cookie of the browser that came, in base64url. */
  @Column({ type: 'text', nullable: true })
  browserHash: string | null;

  /** Once it is used, that of its interaction. */
  @Index('oauthPushedRequest_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

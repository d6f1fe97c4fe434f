import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuthorizationRequest } from '../../oauth/authorization-request.js';

/** An authorization request under way in one browser. */
@Entity('oauthInteraction')
export class OAuthInteraction {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** SHA-256 of the browser's cookie in base64url. */
  @Index('oauthInteraction_browserHash_idx')
  @Column({ type: 'text' })
  browserHash: string;

  @Column({ type: 'jsonb' })
  request: AuthorizationRequest;

  @Column({ type: 'text', nullable: true })
  accountId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  authenticatedAt: Date | null;

  /** What the host says of the sign-in: see `OAuthGrant`. */
  @Column({ type: 'text', nullable: true })
  sid: string | null;

  @Column({ type: 'text', array: true, nullable: true })
  amr: string[] | null;

  @Column({ type: 'text', nullable: true })
  acr: string | null;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Index('oauthInteraction_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

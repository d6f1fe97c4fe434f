import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OAuthGrant } from './oauth-grant.entity.js';

/** A refresh token that was rotated long ago: who presents it once more has stolen it, or was robbed (RFC 9700 §4.14.2). */
@Entity('oauthRotatedToken')
export class OAuthRotatedToken {
  /** SHA-256 in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  @Index('oauthRotatedToken_grantId_idx')
  @ForeignKey(() => OAuthGrant, 'id', { name: 'oauthRotatedToken_grantId_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  grantId: string;
}

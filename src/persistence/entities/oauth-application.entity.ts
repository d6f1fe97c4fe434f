import type { JsonWebKey } from 'node:crypto';
import {
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { OAuthResource } from './oauth-resource.entity.js';

/** An OAuth client (RFC 7591 §2). The first block of columns is the OIDC Provider schema's. */
@Entity('oauthApplication')
@Index('oauthApplication_unused_idx', ['createdAt'], {
  where: `"source" = 'registered' AND "grantedAt" IS NULL AND "userId" IS NULL`,
})
@Index('oauthApplication_name_idx', { synchronize: false })
@Index('oauthApplication_createdAt_idx', { synchronize: false })
export class OAuthApplication {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text', nullable: true })
  icon: string | null;

  /** Members of the registration that are kept but not acted upon. */
  @Column({ type: 'jsonb', nullable: true })
  metadata: Record<string, unknown> | null;

  @Index('oauthApplication_clientId_key', { unique: true })
  @Column({ type: 'text' })
  clientId: string;

  /** SHA-256 of the secret in base64url; the secret itself is never stored. */
  @Column({ type: 'text', nullable: true })
  clientSecret: string | null;

  @Column({ type: 'text', array: true })
  redirectUrls: string[];

  /** `native` or `web`, as the client declared it; nothing is derived from it. */
  @Column({ type: 'text' })
  type: string;

  @Column({ type: 'boolean', default: false })
  disabled: boolean;

  @Column({ type: 'text', nullable: true })
  userId: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  /** Where it comes from: it registered itself, published a document, stands in the options, or somebody entered it. */
  @Column({ type: 'text' })
  source: 'registered' | 'document' | 'static' | 'administrator';

  /** What an approval is about: a client that people use, or one that acts for itself. */
  @Column({ type: 'text', default: 'application' })
  kind: 'application' | 'service-account';

  /** The most it may ever get, set by an administrator; null for no ceiling. */
  @Column({ type: 'text', array: true, nullable: true })
  scopeCeiling: string[] | null;

  /** Identifiers of the resources it may ever get a token for, set by an administrator; null for no ceiling. */
  @Column({ type: 'text', array: true, nullable: true })
  resourceCeiling: string[] | null;

  /** SHA-256 in base64url of its registration access token (RFC 7592 §3). */
  @Index('oauthApplication_registrationTokenHash_key', {
    unique: true,
    where: '"registrationTokenHash" IS NOT NULL',
  })
  @Column({ type: 'text', nullable: true })
  registrationTokenHash: string | null;

  /** When it was disabled and by whom (a user's id); both null where nobody said. */
  @Column({ type: 'timestamptz', nullable: true })
  blockedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  blockedBy: string | null;

  @Column({ type: 'text', array: true })
  grantTypes: string[];

  @Column({ type: 'text' })
  tokenEndpointAuthMethod: string;

  @Column({ type: 'timestamptz', nullable: true })
  secretExpiresAt: Date | null;

  /** The secret before the last rotation, and when it stops working. */
  @Column({ type: 'text', nullable: true })
  previousSecret: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  previousSecretExpiresAt: Date | null;

  /** Public keys (RFC 7517 §5). */
  @Column({ type: 'jsonb', nullable: true })
  jwks: { keys: JsonWebKey[] } | null;

  @Column({ type: 'text', nullable: true })
  jwksUri: string | null;

  /** OpenID Connect RP-Initiated Logout §3.1; null where none is registered. */
  @Column({ type: 'text', array: true, nullable: true })
  postLogoutRedirectUrls: string[] | null;

  /** OpenID Connect Back-Channel Logout §2.2. */
  @Column({ type: 'text', nullable: true })
  backchannelLogoutUri: string | null;

  @Column({ type: 'boolean', default: false })
  backchannelLogoutSessionRequired: boolean;

  /** RFC 9449 §5.2. */
  @Column({ type: 'boolean', default: false })
  dpopBoundAccessTokens: boolean;

  /** RFC 9126 §6. */
  @Column({ type: 'boolean', default: false })
  requirePushedAuthorizationRequests: boolean;

  /** The resource whose server this client is. */
  @ForeignKey(() => OAuthResource, 'identifier', {
    name: 'oauthApplication_resource_fkey',
    onDelete: 'CASCADE',
  })
  @Column({ type: 'text', nullable: true })
  resource: string | null;

  @Column({ type: 'text', nullable: true })
  clientUri: string | null;

  /** When a person first granted it anything; a self-registered client without it is pruned. */
  @Column({ type: 'timestamptz', nullable: true })
  grantedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ScopeHierarchy } from '../../oauth/scope.js';

/** A protected MCP server (RFC 8707, RFC 9728). */
@Entity('oauthResource')
export class OAuthResource {
  @PrimaryColumn({ type: 'text' })
  identifier: string;

  @Column({ type: 'text' })
  name: string;

  /** Every scope, with the words the consent page shows. */
  @Column({ type: 'jsonb' })
  scopes: Record<string, string>;

  @Column({ type: 'text', array: true })
  challengeScopes: string[];

  @Column({ type: 'jsonb' })
  scopeHierarchy: ScopeHierarchy;

  /** Seconds; null for the server's default. */
  @Column({ type: 'integer', nullable: true })
  accessTokenExpiresIn: number | null;

  /** JWS algorithm of its access tokens (RFC 7518 §3.1); null for the server's default. */
  @Column({ type: 'text', nullable: true })
  signingAlgorithm: string | null;

  /** Seconds since the person last proved who they are, at most, when a client gets access; null for any time. */
  @Column({ type: 'integer', nullable: true })
  maxAge: number | null;

  @Column({ type: 'boolean' })
  enabled: boolean;

  /** `options`: set by the configuration at every start, and read-only elsewhere. */
  @Column({ type: 'text' })
  source: 'options' | 'stored';

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Column({ type: 'timestamptz' })
  updatedAt: Date;
}

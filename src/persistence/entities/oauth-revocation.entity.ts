import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { RevocationKind } from '../../oauth/revocation.js';

/** Tokens of `subject` issued up to `issuedBefore` are dead. No foreign keys: it outlives what it names. */
@Entity('oauthRevocation')
export class OAuthRevocation {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @Column({ type: 'text' })
  kind: RevocationKind;

  /** Id of the token, grant, user, client or key. */
  @Column({ type: 'text' })
  subject: string;

  @Column({ type: 'timestamptz' })
  issuedBefore: Date;

  /** When no token it could match is left. */
  @Index('oauthRevocation_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** The writing transaction's id: the cursor of the feed, which cannot miss a late commit. */
  @Index('oauthRevocation_xid_idx')
  @Column({ type: 'bigint' })
  xid: string;
}

import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { FeedKind } from '../../oauth/revocation.js';

/** One line of the revocation feed (`FeedRecord`). No foreign keys: it outlives what it names. */
@Entity('oauthRevocation')
@Index('oauthRevocation_place_idx', ['xid', 'id'])
export class OAuthRevocation {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @Column({ type: 'text' })
  kind: FeedKind;

  @Column({ type: 'text' })
  subject: string;

  @Column({ type: 'timestamptz', nullable: true })
  issuedBefore: Date | null;

  @Index('oauthRevocation_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  /** The writing transaction's id: the cursor of the feed, which cannot miss a late commit. */
  @Column({ type: 'bigint' })
  xid: string;

  /** Which form the line has: a replica that does not know it reloads everything. */
  @Column({ type: 'smallint', default: 1 })
  format: number;
}

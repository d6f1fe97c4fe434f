import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an administrator has said of clients. */
@Entity('clientDecision')
export class ClientDecision {
  /** A kind of clients, as rules name it, or the id of a single one. */
  @PrimaryColumn({ type: 'text' })
  kind: string;

  /** Whether `kind` is an id. */
  @PrimaryColumn({ type: 'boolean' })
  isClient: boolean;

  /** The subject of the person whom alone it is for; empty for everybody. */
  @PrimaryColumn({ type: 'text' })
  userId: string;

  @Column({ type: 'text' })
  outcome: 'approved' | 'refused';

  /** Of a single client: as it called itself when the administrator saw it. */
  @Column({ type: 'text', nullable: true })
  clientName: string | null;

  /** Of a single client: where it was sent back to then; null where an earlier version did not say. */
  @Column({ type: 'text', array: true, nullable: true })
  redirectHosts: string[] | null;

  /** From then on it counts no more; null for no end. */
  @Column({ type: 'timestamptz', nullable: true })
  until: Date | null;

  @Column({ type: 'timestamptz' })
  decidedAt: Date;

  @Column({ type: 'text' })
  decidedBy: string;

  /** Whether a person decided it at a page, and no program in anybody's name: that alone lets a client administer. */
  @Column({ type: 'boolean', default: true })
  atPage: boolean;
}

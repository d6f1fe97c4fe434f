import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that writes events, and what it says of their numbers. A key's holder alone can say so. */
@Entity('auditProcess')
export class AuditProcess {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Of the audit's key that the key of the process is derived from. */
  @Column({ type: 'integer' })
  generation: number;

  /** Of the service that runs in it. */
  @Column({ type: 'text' })
  version: string;

  @Column({ type: 'timestamptz' })
  startedAt: Date;

  /** The highest number given. */
  @Column({ type: 'bigint' })
  last: string;

  /** Numbers whose events may yet come. */
  @Column({ type: 'bigint', array: true })
  pending: string[];

  /** Numbers that no event has: what a transaction took back, or what could not be stored. */
  @Column({ type: 'bigint', array: true })
  voids: string[];

  @Column({ type: 'timestamptz' })
  statedAt: Date;

  /** When it ended in order. */
  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** HMAC-SHA-256 in base64url over all of the above. */
  @Column({ type: 'text' })
  mac: string;

  /** Events up to this number may be gone because of their age. */
  @Column({ type: 'bigint', default: 0 })
  prunedThrough: string;

  /** HMAC-SHA-256 in base64url over it; null for 0. */
  @Column({ type: 'text', nullable: true })
  prunedMac: string | null;
}

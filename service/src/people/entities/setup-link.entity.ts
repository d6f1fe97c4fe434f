import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A link that makes the first administrator, once. */
@Entity('setupLink')
export class SetupLink {
  /** SHA-256 of the link's token in base64url. */
  @PrimaryColumn({ type: 'text' })
  hash: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('signingKey')
@Index('signingKey_generation_key', ['alg', 'generation'], { unique: true })
export class SigningKey {
  @PrimaryColumn({ type: 'text' })
  kid: string;

  /** JWS algorithm (RFC 7518 §3.1). */
  @Column({ type: 'text' })
  alg: string;

  /** Counts up with every rotation of the algorithm's key. */
  @Column({ type: 'integer' })
  generation: number;

  /** The private key in PKCS #8, sealed. */
  @Column({ type: 'bytea' })
  sealedPrivateKey: Buffer;

  /** In which form it is sealed. */
  @Column({ type: 'smallint', default: 1 })
  sealFormat: number;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  /** From when it signs; it is published before. */
  @Column({ type: 'timestamptz' })
  activatesAt: Date;

  /** When the last token it may have signed is dead; null as long as it has no successor. */
  @Column({ type: 'timestamptz', nullable: true })
  expiresAt: Date | null;
}

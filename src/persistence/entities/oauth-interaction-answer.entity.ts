import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Where an interaction that was answered sent its browser, for as long as its code lives: a second click goes there too. */
@Entity('oauthInteractionAnswer')
export class OAuthInteractionAnswer {
  @PrimaryColumn({ type: 'uuid' })
  interactionId: string;

  /** SHA-256 in base64url of the form that was sent. */
  @Column({ type: 'text' })
  formHash: string;

  /** Of the code in it; null for a no. */
  @Column({ type: 'text', nullable: true })
  codeHash: string | null;

  /** The URL, sealed under a key that only the browser's cookie yields. */
  @Column({ type: 'bytea' })
  sealedRedirect: Buffer;

  /** In which form it is sealed. */
  @Column({ type: 'smallint', default: 1 })
  sealFormat: number;

  @Index('oauthInteractionAnswer_expiresAt_idx')
  @Column({ type: 'timestamptz' })
  expiresAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that was taken over from elsewhere: what has become of it since is not undone by taking it over again. */
@Entity('oauthImport')
export class OAuthImport {
  @PrimaryColumn({ type: 'text' })
  kind: 'person' | 'client' | 'consent' | 'refresh-token';

  /** By which it is known there; of a refresh token SHA-256 in base64url. */
  @PrimaryColumn({ type: 'text' })
  key: string;

  @Column({ type: 'timestamptz' })
  importedAt: Date;
}

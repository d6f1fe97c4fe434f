import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says whose database it is. */
@Entity('authorizationServer')
export class AuthorizationServer {
  @PrimaryColumn({ type: 'smallint' })
  id: number;

  /** RFC 8414 §2. */
  @Column({ type: 'text' })
  issuer: string;

  @Column({ type: 'timestamptz' })
  createdAt: Date;
}

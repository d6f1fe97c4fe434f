import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** What is remembered of something that is used once: its SHA-256, and until when. */
export interface SingleUse {
  hash: string;
  forgottenAt: Date;
}

/** What may be used once, on all replicas together. */
@Injectable()
export class ReplayStore {
  constructor(private readonly database: Database) {}

  private readonly insertUse = this.database.statement(
    'replay-insert',
    (table) => `
    INSERT INTO ${table('oauthReplay')} ("hash", "expiresAt") VALUES ($1, $2) ON CONFLICT DO NOTHING
    RETURNING "hash"`,
  );

  /** Whether this is the first use; remembered until `expiresAt`. */
  async use(hash: string, expiresAt: Date): Promise<boolean> {
    return (await this.database.one(this.insertUse, [hash, expiresAt])) !== null;
  }
}

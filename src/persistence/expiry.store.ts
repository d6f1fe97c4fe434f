import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Deletes what expired without ever mattering: interactions nobody finished, codes nobody redeemed, uses of assertions. */
@Injectable()
export class ExpiryStore {
  constructor(private readonly database: Database) {}

  private readonly deleteInteractions = this.database.statement(
    'interaction-prune',
    (table) => `
    DELETE FROM ${table('oauthInteraction')} WHERE "id" IN (
      SELECT "id" FROM ${table('oauthInteraction')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  // A consumed code stays as long as its grant, so that a late replay is still seen.
  private readonly deleteCodes = this.database.statement(
    'code-prune',
    (table) => `
    DELETE FROM ${table('oauthAuthorizationCode')} WHERE "hash" IN (
      SELECT "hash" FROM ${table('oauthAuthorizationCode')}
      WHERE "expiresAt" < $1 AND "consumedAt" IS NULL LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  private readonly deleteReplays = this.database.statement(
    'replay-prune',
    (table) => `
    DELETE FROM ${table('oauthReplay')} WHERE "hash" IN (
      SELECT "hash" FROM ${table('oauthReplay')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteInteractions, [expiredBefore, limit]);
    await this.database.rows(this.deleteCodes, [expiredBefore, limit]);
    await this.database.rows(this.deleteReplays, [expiredBefore, limit]);
  }
}

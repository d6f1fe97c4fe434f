import { Injectable } from '@nestjs/common';
import type { FeedRecord } from '../oauth/revocation.js';
import { Database } from './database.js';

interface FeedRow {
  cursor: string;
  kind: FeedRecord['kind'] | null;
  subject: string;
  issuedBefore: Date | null;
  expiresAt: Date;
}

/** The revocation feed, read by transaction id so that a late commit is never missed. */
@Injectable()
export class RevocationStore {
  constructor(private readonly database: Database) {}

  // Whatever is invisible now has a transaction id not below this snapshot's xmin. Rows may come twice.
  private readonly selectSince = this.database.statement(
    'revocation-feed',
    (table) => `
    WITH snapshot AS MATERIALIZED (
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "cursor"
    )
    SELECT s."cursor", r."kind", r."subject", r."issuedBefore", r."expiresAt"
    FROM snapshot s LEFT JOIN ${table('oauthRevocation')} r ON r."xid" >= $1 AND r."expiresAt" > $2`,
  );

  private readonly deleteExpired = this.database.statement(
    'revocation-prune',
    (table) => `
    DELETE FROM ${table('oauthRevocation')} WHERE "id" = ANY (ARRAY(
      SELECT "id" FROM ${table('oauthRevocation')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  );

  /** What was written since `cursor` (`'0'` for everything), and the cursor to go on from. */
  async since(cursor: string, now: Date): Promise<{ cursor: string; records: FeedRecord[] }> {
    const rows = await this.database.rows<FeedRow>(this.selectSince, [cursor, now]);
    const records = rows.flatMap(({ kind, subject, issuedBefore, expiresAt }) =>
      kind === null
        ? []
        : [{ kind, subject, issuedBefore: issuedBefore?.getTime() ?? null, expiresAt: expiresAt.getTime() }],
    );
    return { cursor: rows[0]?.cursor ?? cursor, records };
  }

  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteExpired, [expiredBefore, limit]);
  }
}

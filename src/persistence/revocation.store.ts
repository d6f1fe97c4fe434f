import { Injectable } from '@nestjs/common';
import type { FeedKind, FeedRecord } from '../oauth/revocation.js';
import { Database } from './database.js';

/** A cursor before everything. */
export const FEED_START = '1:1:';

/** Milliseconds: with a fresh connection there is still time before the guard has to refuse. */
const FEED_PATIENCE = 2_500;

/** The form of the lines that this version writes, and the only one that it reads. */
const FORMAT = 1;
const KINDS: readonly string[] = [
  'token',
  'grant',
  'user',
  'client',
  'resource',
  'key',
  'policy',
  'host',
] satisfies FeedKind[];

/** Lines of one statement: what one transaction wrote may be many more than a statement can bring in time. */
const PAGE = 5_000;

interface FeedRow {
  xid: string;
  id: string;
  cursor: string;
  oldest: string;
  next: string;
  time: number;
  kind: string | null;
  subject: string;
  issuedBefore: Date | null;
  expiresAt: Date;
  format: number;
}

/** What one look at the feed brings. */
export interface FeedReading {
  /** What this look saw: the next one brings what it did not. */
  cursor: string;
  records: FeedRecord[];
  /** The oldest transaction of the database cluster that is still open, when there is one. */
  openTransaction: string | null;
  /** The database's clock, in milliseconds since the epoch. */
  time: number;
}

/** The revocation feed, read by what a snapshot saw so that a late commit is never missed, and nothing comes twice. */
@Injectable()
export class RevocationStore {
  constructor(private readonly database: Database) {}

  // The index finds what a snapshot may not have seen; of that, what it did not see is new. After the first look a row
  // has to be of this cluster's past: a restored database may hold transaction ids that are yet to come. All pages of one
  // look are by the snapshot of the first: what is committed meanwhile comes with the next look.
  private readonly selectSince = this.database.statement(
    'revocation-feed',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT $1::text::pg_snapshot AS "before", COALESCE($3::text::pg_snapshot, pg_current_snapshot()) AS "now"
    )
    SELECT s."now"::text AS "cursor", pg_snapshot_xmin(s."now")::text AS "oldest", pg_snapshot_xmax(s."now")::text AS "next",
      (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS "time", r.*
    FROM seen s LEFT JOIN LATERAL (
      SELECT r."xid"::text, r."id"::text, r."kind", r."subject", r."issuedBefore", r."expiresAt", r."format"
      FROM ${table('oauthRevocation')} r
      WHERE (r."xid", r."id") > ($4::bigint, $5::bigint) AND r."expiresAt" > $2
        AND ($1 = '${FEED_START}' OR (NOT pg_visible_in_snapshot(r."xid"::text::xid8, s."before")
          AND pg_visible_in_snapshot(r."xid"::text::xid8, s."now")))
      ORDER BY r."xid", r."id" LIMIT ${PAGE}
    ) r ON true`,
    { patience: FEED_PATIENCE },
  );

  private readonly deleteExpired = this.database.statement(
    'revocation-prune',
    (table) => `
    DELETE FROM ${table('oauthRevocation')} WHERE "id" = ANY (ARRAY(
      SELECT "id" FROM ${table('oauthRevocation')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  );

  /** What was written since `cursor` (`FEED_START` for everything). */
  async since(cursor: string, now: Date): Promise<FeedReading> {
    // A snapshot begins with the oldest transaction that it may not have seen.
    const [oldest = ''] = cursor.split(':', 1);
    const first = await this.page(cursor, now, { place: [oldest, '0'] });
    const [head] = first;
    if (!head) throw new Error('The database says nothing of itself.');
    const rows = [...first];
    for (let page = first; page.length === PAGE;) {
      const { xid, id } = page.at(-1) ?? head;
      page = await this.page(cursor, now, { place: [xid, id], until: head.cursor });
      rows.push(...page);
    }
    const records = rows.flatMap((row) => (row.kind === null ? [] : [describe(row, row.kind)]));
    const openTransaction = head.oldest === head.next ? null : head.oldest;
    return { cursor: head.cursor, records, openTransaction, time: head.time };
  }

  private page(
    cursor: string,
    now: Date,
    { place: [xid, id], until = null }: { place: readonly [xid: string, id: string]; until?: string | null },
  ): Promise<FeedRow[]> {
    return this.database.rows(this.selectSince, [cursor, now, until, xid, id]);
  }

  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteExpired, [expiredBefore, limit]);
  }
}

function describe({ subject, issuedBefore, expiresAt, format }: FeedRow, kind: string): FeedRecord {
  return {
    kind: format === FORMAT && isKnown(kind) ? kind : 'unknown',
    subject,
    issuedBefore: issuedBefore?.getTime() ?? null,
    expiresAt: expiresAt.getTime(),
  };
}

function isKnown(kind: string): kind is FeedKind {
  return KINDS.includes(kind);
}

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

/**
 * Lines of one statement: what one transaction wrote may be many more than a statement can bring in time. Fewer would be more
 * messages, each of which waits for its turn where there is much to do.
 */
const PAGE = 25_000;

/** Lines of a page that say the same of their subjects; no kind, and none of the rest, where the page has no lines. */
interface FeedRow {
  cursor: string;
  oldest: string;
  next: string;
  time: number;
  kind: string | null;
  subjects: string[];
  issuedBefore: Date | null;
  expiresAt: Date;
  format: number;
  /** Transaction and id of the last of these lines. */
  xid: string;
  id: string;
}

/** What one look at the feed brings. */
export interface FeedReading {
  /** What this look saw: the next one brings what it did not. */
  cursor: string;
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
  // look are by the snapshot of the first: what is committed meanwhile comes with the next look. What a hundred thousand
  // lines have in common is told once.
  private readonly selectSince = this.database.statement(
    'revocation-feed',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT $1::text::pg_snapshot AS "before", COALESCE($3::text::pg_snapshot, pg_current_snapshot()) AS "now"
    )
    SELECT s."now"::text AS "cursor", pg_snapshot_xmin(s."now")::text AS "oldest", pg_snapshot_xmax(s."now")::text AS "next",
      (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS "time", p."kind", p."subjects", p."issuedBefore",
      p."expiresAt", p."format", p."last"[1]::text AS "xid", p."last"[2]::text AS "id"
    FROM seen s LEFT JOIN LATERAL (
      SELECT l."kind", l."issuedBefore", l."expiresAt", l."format", json_agg(l."subject") AS "subjects",
        max(ARRAY[l."xid", l."id"]) AS "last"
      FROM (
        SELECT r.* FROM ${table('oauthRevocation')} r
        WHERE (r."xid", r."id") > ($4::bigint, $5::bigint) AND r."expiresAt" > $2
          AND ($1 = '${FEED_START}' OR (NOT pg_visible_in_snapshot(r."xid"::text::xid8, s."before")
            AND pg_visible_in_snapshot(r."xid"::text::xid8, s."now")))
        ORDER BY r."xid", r."id" LIMIT ${PAGE}
      ) l GROUP BY 1, 2, 3, 4
    ) p ON true
    ORDER BY p."last"`,
    // A plan that is kept was made for a feed of a few lines, and reads all of them at each look.
    { patience: FEED_PATIENCE, isPrepared: false },
  );

  private readonly deleteExpired = this.database.statement(
    'revocation-prune',
    (table) => `
    DELETE FROM ${table('oauthRevocation')} WHERE "id" = ANY (ARRAY(
      SELECT "id" FROM ${table('oauthRevocation')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  );

  /**
   * What was written since `cursor` (`FEED_START` for everything).
   * @param hear gets it, in as many parts as it comes in.
   */
  async since(cursor: string, now: Date, hear: (records: FeedRecord[]) => void): Promise<FeedReading> {
    // A snapshot begins with the oldest transaction that it may not have seen.
    const [oldest = ''] = cursor.split(':', 1);
    let page = await this.page(cursor, now, { place: [oldest, '0'] });
    const [head] = page;
    if (!head) throw new Error('The database says nothing of itself.');
    for (;;) {
      const records = page.flatMap(describe);
      hear(records);
      if (records.length < PAGE) break;
      const { xid, id } = page.at(-1) ?? head;
      page = await this.page(cursor, now, { place: [xid, id], until: head.cursor });
    }
    const openTransaction = head.oldest === head.next ? null : head.oldest;
    return { cursor: head.cursor, openTransaction, time: head.time };
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

function describe({ kind, subjects, issuedBefore, expiresAt, format }: FeedRow): FeedRecord[] {
  if (kind === null) return [];
  const common = {
    kind: format === FORMAT && isKnown(kind) ? kind : 'unknown',
    issuedBefore: issuedBefore?.getTime() ?? null,
    expiresAt: expiresAt.getTime(),
  } as const;
  return subjects.map((subject) => ({ ...common, subject }));
}

function isKnown(kind: string): kind is FeedKind {
  return KINDS.includes(kind);
}

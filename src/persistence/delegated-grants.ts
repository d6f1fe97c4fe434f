import { feedRows } from './feed-rows.js';

type Table = (name: string) => string;

/** A grant that has just ended: whose it was, and what for. */
export interface EndedGrant {
  grantId: string;
  /** Null where no person is behind it. */
  userId: string | null;
  clientId: string;
  /** Identifier. */
  resource: string;
}

/** Which values of a statement say when grants end, and when their last access token is dead. */
interface EndTimes {
  now: `$${number}`;
  lastTokenExpiresAt: `$${number}`;
  /** Whether nobody has to hear, once its tokens are dead, that it was there. */
  forgetSoon?: boolean;
}

/**
 * The part of a `WITH RECURSIVE` that names grants and everything that was delegated from them, at any depth (RFC 8693
 * §4.1): `lineage`, with "id" and "rootGrantId". What is delegated names its root, which finds it by an index.
 * @param chosen selects "id" and "rootGrantId" of the grants; "id" is read as a uuid.
 */
export function lineage(table: Table, chosen: string): string {
  return `lineage ("id", "rootGrantId") AS (
      (${chosen})
      UNION
      SELECT d."id", d."rootGrantId" FROM lineage l JOIN ${table('oauthGrant')} d
        ON d."rootGrantId" = COALESCE(l."rootGrantId", l."id") AND l."id" IN (d."rootGrantId", d."parentGrantId")
    )`;
}

/**
 * The parts of a `WITH RECURSIVE` that end grants together with all that was delegated from them, and announce each:
 * `ended`, with "id", "userId", "clientId" and "resource" of those that lived.
 * @param chosen as of `lineage`. What decides must stand there; of the rows that it found, those that have ended since
 * stay as they are.
 */
export function endedGrants(
  table: Table,
  chosen: string,
  { now, lastTokenExpiresAt, forgetSoon = false }: EndTimes,
): string {
  const end = forgetSoon ? `, "expiresAt" = LEAST("expiresAt", ${lastTokenExpiresAt}::timestamptz)` : '';
  return `${lineage(table, chosen)}, ended AS (
      UPDATE ${table('oauthGrant')} SET "revokedAt" = ${now}${end}
      WHERE EXISTS (SELECT 1 FROM lineage) AND "id" = ANY (ARRAY(SELECT "id" FROM lineage)) AND "revokedAt" IS NULL
      RETURNING "id", "userId", "clientId", "resource"
    ), fed AS (${feedRows(table, deadLines('ended', lastTokenExpiresAt))})`;
}

/** The grants that a statement ended, in one of its columns: `EndedGrant`s. */
export const ENDED_GRANTS = `(SELECT COALESCE(jsonb_agg(jsonb_build_object('grantId', "id", 'userId', "userId",
        'clientId', "clientId", 'resource', "resource")), '[]') FROM ended)`;

/** Lines of the feed: these grants are dead to their end, with what is being issued for them at this moment. */
export function deadLines(from: string, lastTokenExpiresAt: string): string {
  return `SELECT 'grant', "id"::text, ${lastTokenExpiresAt}::timestamptz, ${lastTokenExpiresAt}::timestamptz FROM ${from}`;
}

/**
 * Whether a grant lives, and what it was delegated from: a statement that ended those does not see one that was made in
 * the same moment.
 * @param time the value that says what time it is.
 */
export function grantLives(table: Table, grant: string, time: string): string {
  return `(${grant}."revokedAt" IS NULL AND ${grant}."expiresAt" > ${time} AND (${grant}."rootGrantId" IS NULL OR NOT EXISTS (
          SELECT 1 FROM ${table('oauthGrant')} o
          WHERE o."id" IN (${grant}."rootGrantId", ${grant}."parentGrantId") AND o."revokedAt" IS NOT NULL)))`;
}

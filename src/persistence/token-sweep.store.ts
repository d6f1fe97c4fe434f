import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** The key before every other. */
export const FIRST_ROW = '00000000-0000-0000-0000-000000000000';

export interface SweptRows {
  /** Where to go on; the first key again after the last row. */
  next: string;
  /** How many rows went. */
  retired: number;
}

/**
 * Takes away what is over, walking the rows in the order of their keys: an index on what is over would be written at
 * every rotation.
 */
@Injectable()
export class TokenSweepStore {
  constructor(private readonly database: Database) {}

  // The rows of a grant that ends soon go with it, and those of one that is gone when no list has to say so any more. What is decided stands on the target rows: they may have changed.
  private readonly sweepRows = this.database.statement(
    'token-sweep',
    (table) => `
    WITH page AS MATERIALIZED (
      SELECT t."id", t."successorSealed" IS NOT NULL AND t."rotatedAt" <= $3 AS "closed",
        (SELECT g."expiresAt" FROM ${table('oauthGrant')} g WHERE g."id" = t."grantId") AS "grantExpiresAt"
      FROM ${table('oauthAccessToken')} t WHERE t."id" > $1 ORDER BY t."id" LIMIT $4
    ), retired AS (
      DELETE FROM ${table('oauthAccessToken')} t
      WHERE t."id" = ANY (ARRAY(SELECT "id" FROM page WHERE "grantExpiresAt" > $2::timestamptz + interval '1 minute'))
        AND t."accessTokenExpiresAt" < $2 AND (t."refreshToken" IS NULL OR t."rotatedAt" <= $3)
      RETURNING t."id", t."refreshToken", t."grantId"
    ), kept AS (
      INSERT INTO ${table('oauthRotatedToken')} ("hash", "grantId")
      SELECT "refreshToken", "grantId" FROM retired WHERE "refreshToken" IS NOT NULL ON CONFLICT DO NOTHING
    ), left_over AS (
      DELETE FROM ${table('oauthAccessToken')}
      WHERE "id" = ANY (ARRAY(SELECT "id" FROM page WHERE "grantExpiresAt" IS NULL)) AND "accessTokenExpiresAt" < $2
    ), erased AS (
      UPDATE ${table('oauthAccessToken')} SET "successorSealed" = NULL
      WHERE "id" = ANY (ARRAY(SELECT "id" FROM page WHERE "closed" EXCEPT SELECT "id" FROM retired))
    )
    SELECT CASE WHEN (SELECT count(*) FROM page) < $4 THEN '${FIRST_ROW}'
        ELSE (SELECT "id"::text FROM page ORDER BY "id" DESC LIMIT 1) END AS "next",
      (SELECT count(*) FROM retired)::integer AS "retired"`,
  );

  /**
   * Looks at `limit` rows after the key `from`. Forgets sealed successors of tokens rotated before `graceStart`; deletes
   * rows whose access token has expired where nothing else is left of them, and keeps of a rotated token its hash.
   */
  async sweep(from: string, expiredBefore: Date, graceStart: Date, limit: number): Promise<SweptRows> {
    const swept = await this.database.one<SweptRows>(this.sweepRows, [
      from,
      expiredBefore,
      graceStart,
      limit,
    ]);
    return swept ?? { next: FIRST_ROW, retired: 0 };
  }
}

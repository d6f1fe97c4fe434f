import { Injectable } from '@nestjs/common';
import { OPENID } from '../oauth/server-scopes.js';
import { Database, type Transaction } from './database.js';

/** Milliseconds for which it is known who has heard of the end of a session. */
const MEMORY = 900_000;
/** How often a client is told, at most. */
export const MOST_ATTEMPTS = 5;
/** Milliseconds until the second attempt; twice as long until each that follows. */
const FIRST_PAUSE = 15_000;

/** A client that is to hear of the end of a sign-in session. */
export interface DueLogout {
  sid: string;
  userId: string;
  clientId: string;
  /** With this one. */
  attempts: number;
  /** Whether it is over, and nobody has said how it ended: a replica has died at its last attempt, or time is up. */
  isLost: boolean;
}

/** The clients that are to hear that sign-in sessions have ended. */
@Injectable()
export class LogoutStore {
  constructor(private readonly database: Database) {}

  // Of the options and of documents, the row does not say whether they want to hear. A grant that has ended counts, too:
  // with an account, grants and session end at once. Who is noted already is left alone: a conflict would lock the row, and
  // a round that passes by skips what is locked.
  private readonly insert = this.database.statement(
    'logout-insert',
    (table) => `
    INSERT INTO ${table('oauthLogout')} AS l ("sid", "userId", "clientId", "grantedAt", "dueAt", "expiresAt")
    SELECT g."sid", g."userId", g."clientId", max(g."createdAt"), $2::timestamptz, $3::timestamptz
    FROM ${table('oauthGrant')} g JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
    WHERE g."sid" = ANY ($1::text[]) AND g."userId" IS NOT NULL AND '${OPENID}' = ANY (g."scopes") AND NOT a."disabled"
      AND (a."backchannelLogoutUri" IS NOT NULL OR a."source" IN ('static', 'document'))
    GROUP BY g."sid", g."userId", g."clientId"
    HAVING NOT EXISTS (SELECT FROM ${table('oauthLogout')} n WHERE n."sid" = g."sid" AND n."userId" = g."userId"
      AND n."clientId" = g."clientId" AND n."grantedAt" >= max(g."createdAt"))
    ON CONFLICT ("sid", "userId", "clientId") DO UPDATE
      SET "grantedAt" = EXCLUDED."grantedAt", "attempts" = 0, "dueAt" = EXCLUDED."dueAt", "expiresAt" = EXCLUDED."expiresAt"
      WHERE l."grantedAt" < EXCLUDED."grantedAt"
    RETURNING "clientId"`,
  );

  private readonly take = this.database.statement(
    'logout-take',
    (table) => `
    UPDATE ${table('oauthLogout')} l
    SET "attempts" = l."attempts" + CASE WHEN due."isLost" THEN 0 ELSE 1 END,
      "dueAt" = CASE WHEN NOT due."isLost"
        THEN $1::timestamptz + ${FIRST_PAUSE / 1000} * power(2, l."attempts") * interval '1 second' END
    FROM (
      SELECT "sid", "userId", "clientId", "attempts" >= ${MOST_ATTEMPTS} OR "expiresAt" <= $1 AS "isLost"
      FROM ${table('oauthLogout')} WHERE "dueAt" <= $1
      ORDER BY "dueAt" LIMIT $2 FOR UPDATE SKIP LOCKED
    ) due
    WHERE l."sid" = due."sid" AND l."userId" = due."userId" AND l."clientId" = due."clientId"
    RETURNING l."sid", l."userId", l."clientId", l."attempts", due."isLost"`,
  );

  private readonly putOff = this.database.statement(
    'logout-put-off',
    (table) => `
    UPDATE ${table('oauthLogout')} SET "attempts" = "attempts" - 1, "dueAt" = $5::timestamptz
    WHERE "sid" = $1 AND "userId" = $2 AND "clientId" = $3 AND "attempts" = $4`,
  );

  private readonly settle = this.database.statement(
    'logout-settle',
    (table) => `
    UPDATE ${table('oauthLogout')} SET "dueAt" = NULL
    WHERE "sid" = $1 AND "userId" = $2 AND "clientId" = $3 AND "attempts" = $4`,
  );

  private readonly deleteExpired = this.database.statement(
    'logout-prune',
    (table) => `
    DELETE FROM ${table('oauthLogout')} WHERE ("sid", "userId", "clientId") IN (
      SELECT "sid", "userId", "clientId" FROM ${table('oauthLogout')}
      WHERE "expiresAt" < $1 AND ("dueAt" IS NULL OR "expiresAt" < $1::timestamptz - ${MEMORY} * interval '1 ms')
      LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  /** Notes who is to hear that these sessions have ended; each once, however often it is said. How many. */
  async note(sids: readonly string[], now: Date, transaction?: Transaction): Promise<number> {
    const expiresAt = new Date(now.getTime() + MEMORY);
    return (await this.database.rows(this.insert, [sids, now, expiresAt], transaction)).length;
  }

  /** Up to `limit` that are due; nobody else gets them until they are due again, which is later each time. */
  due(now: Date, limit: number): Promise<DueLogout[]> {
    return this.database.rows<DueLogout>(this.take, [now, limit]);
  }

  /** This attempt was none: its turn comes at another time. */
  async postpone({ sid, userId, clientId, attempts }: DueLogout, until: Date): Promise<void> {
    await this.database.rows(this.putOff, [sid, userId, clientId, attempts, until]);
  }

  /** It is over for this client, which has heard or is given up. */
  async settled({ sid, userId, clientId, attempts }: DueLogout): Promise<void> {
    await this.database.rows(this.settle, [sid, userId, clientId, attempts]);
  }

  /** What was not told remains for a while, for the audit to say so. */
  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteExpired, [expiredBefore, limit]);
  }
}

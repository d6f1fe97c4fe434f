import type { Database } from './database.js';
import { feedRows } from './feed-rows.js';

/** Ends all grants of a person or a client at once. */
export class SubjectRevocationStore {
  constructor(private readonly database: Database) {}

  // Each grant gets a line too, dead to its end: a token that is being issued for it at this moment is covered.
  private readonly revokeUser = this.database.statement(
    'revoke-user',
    (table) => `
    WITH ended AS (
      UPDATE ${table('oauthGrant')} SET "revokedAt" = $2
      WHERE "userId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 RETURNING "id"
    ), fed AS (${feedRows(
      table,
      `SELECT 'grant', "id"::text, $3::timestamptz, $3::timestamptz FROM ended
      UNION ALL SELECT 'user', $1, $2, $3`,
    )})
    SELECT "id" FROM ended`,
  );

  private readonly revokeClient = this.database.statement(
    'revoke-client',
    (table) => `
    WITH ended AS (
      UPDATE ${table('oauthGrant')} SET "revokedAt" = $2
      WHERE "clientId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 RETURNING "id"
    ), disabled AS (
      UPDATE ${table('oauthApplication')} SET "disabled" = true, "updatedAt" = $2
      WHERE "clientId" = $1 AND $4::boolean
    ), fed AS (${feedRows(
      table,
      `SELECT 'grant', "id"::text, $3::timestamptz, $3::timestamptz FROM ended
      UNION ALL SELECT 'client', $1, $2, $3`,
    )})
    SELECT "id" FROM ended`,
  );

  /** Ids of the grants that were ended. */
  async user(userId: string, now: Date, lastTokenExpiresAt: Date): Promise<string[]> {
    return ids(await this.database.rows(this.revokeUser, [userId, now, lastTokenExpiresAt]));
  }

  /** Ids of the grants that were ended. */
  async client(clientId: string, disable: boolean, now: Date, lastTokenExpiresAt: Date): Promise<string[]> {
    return ids(await this.database.rows(this.revokeClient, [clientId, now, lastTokenExpiresAt, disable]));
  }
}

function ids(rows: { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

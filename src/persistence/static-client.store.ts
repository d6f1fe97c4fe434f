import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';

export interface ResourceServerRow {
  resource: string;
  clientId: string;
  secretHash: string;
  /** When a secret that this one replaces now stops working. */
  previousExpiresAt: Date;
}

/** What a start finds: a client that it does not name, one whose secret it has replaced, or one whose replaced secret it has. */
export interface StaticClientNote {
  clientId: string;
  what: 'unnamed' | 'replaced' | 'superseded';
  /** When the secret before stops working. */
  until: Date | null;
}

// Of a rolling restart, one replica may start again with the secret before: in its overlap that is no change.
const SAME_SECRET = `(EXCLUDED."clientSecret" = o."clientSecret"
          OR EXCLUDED."clientSecret" = o."previousSecret" AND o."previousSecretExpiresAt" > $2) IS TRUE`;

/** The servers of resources that the options set. */
@Injectable()
export class StaticClientStore {
  constructor(private readonly database: Database) {}

  private readonly selectTaken = this.database.statement(
    'static-client-taken',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')} WHERE "clientId" = ANY($1::text[])
      AND ("source" <> 'static' OR "kind" <> 'application' OR "resource" IS NULL)`,
  );

  private readonly upsert = this.database.statement(
    'static-client-upsert',
    (table) => `
    WITH given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("resource" text, "clientId" text, "secretHash" text,
        "previousExpiresAt" timestamptz)
    ), superseded AS (
      SELECT "clientId", "previousSecretExpiresAt" FROM ${table('oauthApplication')} o JOIN given g USING ("clientId")
      WHERE o."source" = 'static' AND o."kind" = 'application' AND o."previousSecret" = g."secretHash" AND o."clientSecret" <> g."secretHash"
        AND o."previousSecretExpiresAt" > $2
    ), saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "clientSecret", "resource", "source",
        "redirectUrls", "grantTypes", "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "secretHash", "resource", 'static', '{}', '{}', 'client_secret_basic', 'web',
        $2, $2 FROM given
      ON CONFLICT ("clientId") DO UPDATE SET
        "clientSecret" = CASE WHEN ${SAME_SECRET} THEN o."clientSecret" ELSE EXCLUDED."clientSecret" END,
        "previousSecret" = CASE WHEN ${SAME_SECRET} THEN o."previousSecret" ELSE o."clientSecret" END,
        "previousSecretExpiresAt" = CASE WHEN ${SAME_SECRET} THEN o."previousSecretExpiresAt"
          ELSE (SELECT g."previousExpiresAt" FROM given g WHERE g."clientId" = o."clientId") END,
        "resource" = EXCLUDED."resource", "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = 'static' AND o."kind" = 'application' AND o."resource" IS NOT NULL AND NOT (${SAME_SECRET} AND o."resource" IS NOT DISTINCT FROM EXCLUDED."resource")
      RETURNING "clientId", "previousSecretExpiresAt"
    ), fed AS (
      ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM saved`)}
    )
    SELECT "clientId", 'unnamed' AS "what", NULL::timestamptz AS "until" FROM ${table('oauthApplication')}
    WHERE "source" = 'static' AND "kind" = 'application' AND "resource" IS NOT NULL AND NOT "disabled" AND "clientId" NOT IN (SELECT "clientId" FROM given)
    UNION ALL SELECT "clientId", 'replaced', "previousSecretExpiresAt" FROM saved JOIN given USING ("clientId")
      WHERE "previousSecretExpiresAt" = "previousExpiresAt"
    UNION ALL SELECT "clientId", 'superseded', "previousSecretExpiresAt" FROM superseded
    ORDER BY 1`,
  );

  /** Those of these ids that a client of another kind has. */
  async taken(clientIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, [clientIds]);
    return rows.map(({ clientId }) => clientId);
  }

  /**
   * Adds or changes these; one that is disabled stays so. A secret that is replaced goes on working for its overlap,
   * in which a start that still has it changes nothing.
   */
  save(resourceServers: readonly ResourceServerRow[], now: Date): Promise<StaticClientNote[]> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    return this.database.rows(this.upsert, [JSON.stringify(resourceServers), now, heardBy]);
  }
}

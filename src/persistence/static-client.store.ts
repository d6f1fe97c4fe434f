import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';

export interface ResourceServerRow {
  resource: string;
  clientId: string;
  secretHash: string;
}

/** The servers of resources that the options set. */
@Injectable()
export class StaticClientStore {
  constructor(private readonly database: Database) {}

  private readonly selectTaken = this.database.statement(
    'static-client-taken',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')} WHERE "clientId" = ANY($1::text[])
      AND ("source" <> 'static' OR "kind" <> 'application')`,
  );

  private readonly upsert = this.database.statement(
    'static-client-upsert',
    (table) => `
    WITH given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("resource" text, "clientId" text, "secretHash" text)
    ), saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "clientSecret", "resource", "source",
        "redirectUrls", "grantTypes", "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "secretHash", "resource", 'static', '{}', '{}', 'client_secret_basic', 'web',
        $2, $2 FROM given
      ON CONFLICT ("clientId") DO UPDATE SET "clientSecret" = EXCLUDED."clientSecret",
        "resource" = EXCLUDED."resource", "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = 'static' AND o."kind" = 'application' AND (o."clientSecret", o."resource")
        IS DISTINCT FROM (EXCLUDED."clientSecret", EXCLUDED."resource")
      RETURNING "clientId"
    ), fed AS (
      ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM saved`)}
    )
    SELECT "clientId" FROM ${table('oauthApplication')}
    WHERE "source" = 'static' AND "kind" = 'application' AND NOT "disabled" AND "clientId" NOT IN (SELECT "clientId" FROM given)
    ORDER BY "clientId"`,
  );

  /** Those of these ids that a client of another kind has. */
  async taken(clientIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, [clientIds]);
    return rows.map(({ clientId }) => clientId);
  }

  /** Adds or changes these; one that is disabled stays so. Ids of the others, which stay as they are. */
  async save(resourceServers: readonly ResourceServerRow[], now: Date): Promise<string[]> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    const values = [JSON.stringify(resourceServers), now, heardBy];
    const rows = await this.database.rows<{ clientId: string }>(this.upsert, values);
    return rows.map(({ clientId }) => clientId);
  }
}

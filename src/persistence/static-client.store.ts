import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';

export interface ResourceServerRow {
  resource: string;
  clientId: string;
  secretHash: string;
}

/** Clients that the options set. */
@Injectable()
export class StaticClientStore {
  constructor(private readonly database: Database) {}

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
        "resource" = EXCLUDED."resource", "disabled" = false, "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = 'static' AND (o."clientSecret", o."resource", o."disabled")
        IS DISTINCT FROM (EXCLUDED."clientSecret", EXCLUDED."resource", false)
      RETURNING "clientId"
    ), retired AS (
      UPDATE ${table('oauthApplication')} SET "disabled" = true, "updatedAt" = $2
      WHERE "source" = 'static' AND NOT "disabled" AND "clientId" NOT IN (SELECT "clientId" FROM given)
      RETURNING "clientId"
    ), changed AS (SELECT * FROM saved UNION ALL SELECT * FROM retired)
    ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM changed`)}`,
  );

  /** Makes these all there are: others are disabled. */
  async save(resourceServers: readonly ResourceServerRow[], now: Date): Promise<void> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    await this.database.rows(this.upsert, [JSON.stringify(resourceServers), now, heardBy]);
  }
}

import { Injectable } from '@nestjs/common';
import type { ProtectedResource } from '../oauth/resource.js';
import type { OAuthResource } from './entities/oauth-resource.entity.js';
import { Database } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';

/** Milliseconds: what another replica is issuing while a resource is disabled is refused too. */
const IN_FLIGHT = 5_000;

const CHANGING = `"name", "scopes", "challengeScopes", "scopeHierarchy", "accessTokenExpiresIn",
        "signingAlgorithm", "enabled"`;
const EXCLUDED = CHANGING.replaceAll(/"\w+"/g, 'EXCLUDED.$&');

/** Protected resources. A disabled one's tokens are revoked with it; every change is in the feed. */
@Injectable()
export class ResourceStore {
  constructor(private readonly database: Database) {}

  private readonly selectStored = this.database.statement(
    'resource-list',
    (table) => `
    SELECT "identifier", ${CHANGING} FROM ${table('oauthResource')} WHERE "source" = 'stored'
    ORDER BY "createdAt", "identifier"`,
  );

  private readonly upsert = this.database.statement(
    'resource-upsert',
    (table) => `
    WITH given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("identifier" text, "name" text, "scopes" jsonb,
        "challengeScopes" jsonb, "scopeHierarchy" jsonb, "accessTokenExpiresIn" integer, "signingAlgorithm" text,
        "enabled" boolean)
    ), saved AS (
      INSERT INTO ${table('oauthResource')} AS o ("identifier", ${CHANGING}, "source", "createdAt", "updatedAt")
      SELECT "identifier", "name", "scopes", ARRAY(SELECT jsonb_array_elements_text("challengeScopes")),
        "scopeHierarchy", "accessTokenExpiresIn", "signingAlgorithm", "enabled", $2, $3, $3
      FROM given
      ON CONFLICT ("identifier") DO UPDATE SET (${CHANGING}, "source", "updatedAt") =
        (${EXCLUDED}, EXCLUDED."source", EXCLUDED."updatedAt")
      WHERE (${CHANGING.replaceAll(/"\w+"/g, 'o.$&')}, o."source")
        IS DISTINCT FROM (${EXCLUDED}, EXCLUDED."source") AND ($2 = 'options' OR o."source" = $2)
      RETURNING "identifier", "enabled"
    ), retired AS (
      UPDATE ${table('oauthResource')} SET "enabled" = false, "updatedAt" = $3
      WHERE $2 = 'options' AND "source" = 'options' AND "enabled"
        AND "identifier" NOT IN (SELECT "identifier" FROM given)
      RETURNING "identifier", "enabled"
    ), changed AS (SELECT * FROM saved UNION ALL SELECT * FROM retired)
    ${feedRows(
      table,
      `SELECT 'resource', "identifier", CASE WHEN NOT "enabled" THEN $4::timestamptz END, $5::timestamptz
      FROM changed`,
    )}`,
  );

  /** Those that are stored, the oldest first; not those of the options. */
  list(): Promise<ProtectedResource[]> {
    return this.database.rows(this.selectStored, []);
  }

  /**
   * Writes resources. Those of the `options` replace what was stored under their identifiers, and disable what the
   * options no longer name; `stored` ones never touch those of the options.
   */
  async save(
    resources: readonly ProtectedResource[],
    source: OAuthResource['source'],
    now: Date,
  ): Promise<void> {
    const at = (offset: number) => new Date(now.getTime() + offset);
    const given = JSON.stringify(resources);
    await this.database.rows(this.upsert, [given, source, now, at(IN_FLIGHT), at(CHANGE_LIFETIME)]);
  }
}

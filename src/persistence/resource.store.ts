import { Injectable } from '@nestjs/common';
import type { ProtectedResource } from '../oauth/resource.js';
import { Database, type Transaction } from './database.js';
import { lineage } from './delegated-grants.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import { equalText } from './hashed-text.js';

const DEFINITION = `"name", "scopes", "challengeScopes", "scopeHierarchy", "accessTokenExpiresIn",
        "signingAlgorithm", "maxAge"`;
const EXCLUDED = DEFINITION.replaceAll(/"\w+"/g, 'EXCLUDED.$&');

/** When what was issued for a resource that is disabled is dead, and until when the feed says so. */
interface ChangeTimes {
  now: Date;
  issuedBefore: Date;
}

/** A resource, and whether options defined it. */
export interface StoredResource extends ProtectedResource {
  source: 'options' | 'stored';
}

/**
 * Protected resources: options or a host own the definition, the database the state. A disabled one's tokens are
 * revoked with it; every change is in the feed.
 */
@Injectable()
export class ResourceStore {
  constructor(private readonly database: Database) {}

  private readonly selectAll = this.database.statement(
    'resource-list',
    (table) => `
    SELECT "identifier", ${DEFINITION}, "enabled", "source" FROM ${table('oauthResource')}
    ORDER BY "createdAt", "identifier"`,
  );

  private readonly upsert = this.database.statement(
    'resource-upsert',
    (table) => `
    WITH RECURSIVE given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("identifier" text, "name" text, "scopes" jsonb,
        "challengeScopes" jsonb, "scopeHierarchy" jsonb, "accessTokenExpiresIn" integer, "signingAlgorithm" text,
        "maxAge" integer, "enabled" boolean)
    ), saved AS (
      INSERT INTO ${table('oauthResource')} AS o ("identifier", ${DEFINITION}, "enabled", "source", "createdAt", "updatedAt")
      SELECT "identifier", "name", "scopes", ARRAY(SELECT jsonb_array_elements_text("challengeScopes")),
        "scopeHierarchy", "accessTokenExpiresIn", "signingAlgorithm", "maxAge", "enabled", $2, $3, $3
      FROM given
      ON CONFLICT ("identifier") DO UPDATE SET (${DEFINITION}, "enabled", "source", "updatedAt") =
        (${EXCLUDED}, CASE WHEN $2 = 'options' THEN o."enabled" ELSE EXCLUDED."enabled" END, EXCLUDED."source",
          EXCLUDED."updatedAt")
      WHERE (${DEFINITION.replaceAll(/"\w+"/g, 'o.$&')}, o."source") IS DISTINCT FROM (${EXCLUDED}, EXCLUDED."source")
        OR ($2 <> 'options' AND o."enabled" <> EXCLUDED."enabled")
      RETURNING "identifier", "enabled"
    ), ${delegatedAt(table, 'saved')}
    ${feedRows(table, feedOf('saved'))}`,
  );

  private readonly updateState = this.database.statement(
    'resource-state',
    (table) => `
    WITH RECURSIVE changed AS (
      UPDATE ${table('oauthResource')} SET "enabled" = $2::boolean, "updatedAt" = $3
      WHERE "identifier" = $1 AND "enabled" <> $2 RETURNING "identifier", "enabled"
    ), ${delegatedAt(table, 'changed')}, fed AS (${feedRows(table, feedOf('changed'))})
    SELECT "identifier" FROM changed`,
  );

  private readonly selectGrants = this.database.statement(
    'resource-grants',
    (table) => `
    SELECT count(*)::int AS "count" FROM (
      SELECT 1 FROM ${table('oauthGrant')}
      WHERE ${equalText('"resource"', '$1')} AND "revokedAt" IS NULL AND "expiresAt" > $2 LIMIT $3) AS "grants"`,
  );

  /** All of them, the oldest first. */
  list(transaction?: Transaction): Promise<StoredResource[]> {
    return this.database.rows(this.selectAll, [], transaction);
  }

  /** How many grants there are, `limit` at most. */
  async countGrants(identifier: string, now: Date, limit: number): Promise<number> {
    const row = await this.database.one<{ count: number }>(this.selectGrants, [identifier, now, limit]);
    return row?.count ?? 0;
  }

  /** Adds resources or changes their definition; options leave the state as it is. */
  async save(
    resources: readonly ProtectedResource[],
    source: StoredResource['source'],
    { now, issuedBefore }: ChangeTimes,
    transaction?: Transaction,
  ): Promise<void> {
    const given = JSON.stringify(resources);
    await this.database.rows(this.upsert, [given, source, now, issuedBefore, heardBy(now)], transaction);
  }

  /** Enables or disables one. False when it was so already, or there is none. */
  async setEnabled(
    identifier: string,
    enabled: boolean,
    { now, issuedBefore }: ChangeTimes,
    transaction?: Transaction,
  ): Promise<boolean> {
    const values = [identifier, enabled, now, issuedBefore, heardBy(now)];
    return (await this.database.one(this.updateState, values, transaction)) !== null;
  }
}

/** Grants of those that are disabled now, and what was delegated from them to other resources. */
function delegatedAt(table: (name: string) => string, from: string): string {
  return lineage(
    table,
    `SELECT g."id", g."rootGrantId" FROM ${from} s JOIN ${table('oauthGrant')} g ON ${equalText('g."resource"', 's."identifier"')}
      WHERE NOT s."enabled" AND g."revokedAt" IS NULL AND g."expiresAt" > $3`,
  );
}

/** The lines of the feed: a disabled one takes its tokens along, and those that were delegated from them. */
function feedOf(from: string): string {
  return `SELECT 'resource', "identifier", CASE WHEN NOT "enabled" THEN $4::timestamptz END, $5::timestamptz FROM ${from}
    UNION ALL SELECT 'grant', "id"::text, $4::timestamptz, $5::timestamptz FROM lineage WHERE "rootGrantId" IS NOT NULL`;
}

const heardBy = (now: Date) => new Date(now.getTime() + CHANGE_LIFETIME);

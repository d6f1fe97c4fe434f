import { Injectable } from '@nestjs/common';
import type { JsonWebKey } from 'node:crypto';
import { Database, type Transaction } from './database.js';
import { endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
import type { RevocationTimes } from './subject-revocation.store.js';

/** A service account as it is written down. */
export interface ServiceAccountRow {
  clientId: string;
  name: string | null;
  tokenEndpointAuthMethod: string;
  /** SHA-256 in base64url; null for one without a secret. */
  secretHash: string | null;
  jwks: { keys: JsonWebKey[] } | null;
  jwksUri: string | null;
  scopeCeiling: readonly string[];
  resourceCeiling: readonly string[];
}

/** A service account as an administrator sees it. */
export interface ServiceAccount {
  /** `client_id`, and `sub` of its tokens. */
  clientId: string;
  /** What people call it. */
  name: string | null;
  /** Whether the options set it, or somebody entered it. */
  source: 'static' | 'administrator';
  /** How it proves who it is (RFC 7591 §2). */
  tokenEndpointAuthMethod: string;
  /** Identifiers of the resources it may get tokens for. */
  resources: string[];
  /** The most its tokens may allow. */
  scopes: string[];
  /** Whether it gets no tokens. */
  disabled: boolean;
  /** When it was made. */
  createdAt: Date;
  /** When it last got a token, to the day; null for never, and for longer ago than its grants are kept. */
  lastUsedAt: Date | null;
}

/** Clients that act for themselves. */
@Injectable()
export class ServiceAccountStore {
  constructor(private readonly database: Database) {}

  private readonly selectTaken = this.database.statement(
    'service-account-taken',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')} WHERE "clientId" = ANY($1::text[])
      AND ("source" <> $2 OR "kind" <> 'service-account')`,
  );

  // Whatever is changed but the name ends what was issued before: it costs the account one request, and nobody a click.
  private readonly upsert = this.database.statement(
    'service-account-upsert',
    (table) => `
    WITH RECURSIVE given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("clientId" text, "name" text, "tokenEndpointAuthMethod" text,
        "secretHash" text, "jwks" jsonb, "jwksUri" text, "scopeCeiling" text[], "resourceCeiling" text[])
    ), known AS MATERIALIZED (
      SELECT a."clientId", (a."tokenEndpointAuthMethod", a."jwks", a."jwksUri", a."scopeCeiling", a."resourceCeiling")
          IS DISTINCT FROM
          (g."tokenEndpointAuthMethod", g."jwks", g."jwksUri", g."scopeCeiling", g."resourceCeiling")
        OR (g."secretHash" IS NOT NULL AND a."clientSecret" IS DISTINCT FROM g."secretHash") AS "changed"
      FROM ${table('oauthApplication')} a JOIN given g USING ("clientId")
    ), saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "name", "source", "kind", "redirectUrls",
        "grantTypes", "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "scopeCeiling", "resourceCeiling",
        "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "name", $2, 'service-account', '{}', '{client_credentials}',
        "tokenEndpointAuthMethod", "secretHash", "jwks", "jwksUri", "scopeCeiling", "resourceCeiling", 'web', $3, $3
      FROM given
      ON CONFLICT ("clientId") DO UPDATE SET "name" = EXCLUDED."name",
        "tokenEndpointAuthMethod" = EXCLUDED."tokenEndpointAuthMethod", "jwks" = EXCLUDED."jwks",
        "clientSecret" = CASE WHEN EXCLUDED."tokenEndpointAuthMethod" LIKE 'client_secret%'
          THEN COALESCE(EXCLUDED."clientSecret", o."clientSecret") END,
        "jwksUri" = EXCLUDED."jwksUri", "scopeCeiling" = EXCLUDED."scopeCeiling",
        "resourceCeiling" = EXCLUDED."resourceCeiling", "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = $2 AND o."kind" = 'service-account' AND (o."name" IS DISTINCT FROM EXCLUDED."name"
        OR EXISTS (SELECT 1 FROM known k WHERE k."clientId" = o."clientId" AND k."changed"))
      RETURNING "clientId"
    ), ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" IN (SELECT k."clientId" FROM known k JOIN saved USING ("clientId") WHERE k."changed")
        AND "revokedAt" IS NULL AND "expiresAt" > $3`,
      { now: '$3', lastTokenExpiresAt: '$5' },
    )}, fed_subject AS (${feedRows(
      table,
      `SELECT 'client', s."clientId", CASE WHEN k."changed" THEN $4::timestamptz END, $5::timestamptz
        FROM saved s LEFT JOIN known k USING ("clientId")`,
    )})
    SELECT "clientId" FROM saved`,
  );

  private readonly selectAll = this.database.statement(
    'service-accounts',
    (table) => `
    SELECT a."clientId", a."name", a."source", a."tokenEndpointAuthMethod", a."disabled", a."createdAt",
      COALESCE(a."scopeCeiling", '{}') AS "scopes", COALESCE(a."resourceCeiling", '{}') AS "resources",
      (SELECT max(g."lastUsedAt") FROM ${table('oauthGrant')} g WHERE g."clientId" = a."clientId") AS "lastUsedAt"
    FROM ${table('oauthApplication')} a WHERE a."kind" = 'service-account' ORDER BY a."clientId"`,
  );

  /** Those of these ids that another client has, or a service account of another source. */
  async taken(clientIds: readonly string[], source: ServiceAccount['source']): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, [clientIds, source]);
    return rows.map(({ clientId }) => clientId);
  }

  /**
   * Adds or changes these; one that is disabled stays so. A secret that is not given stays what it is. Ids of those
   * that were not so before.
   */
  async save(
    accounts: readonly ServiceAccountRow[],
    source: ServiceAccount['source'],
    { now, issuedBefore, lastTokenExpiresAt }: RevocationTimes,
    transaction?: Transaction,
  ): Promise<string[]> {
    const values = [JSON.stringify(accounts), source, now, issuedBefore, lastTokenExpiresAt];
    const rows = await this.database.rows<{ clientId: string }>(this.upsert, values, transaction);
    return rows.map(({ clientId }) => clientId);
  }

  /** All of them, by their ids. */
  list(): Promise<ServiceAccount[]> {
    return this.database.rows(this.selectAll, []);
  }
}

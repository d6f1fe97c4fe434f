import { Injectable } from '@nestjs/common';
import type { JsonWebKey } from 'node:crypto';
import { Database, type Transaction } from './database.js';
import { endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
import { HELD, heldToRevokeEach } from './grant-lock.js';
import type { StaticClientNote } from './static-client.store.js';
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
  /** Until when a secret that is replaced now goes on working; null for one that ends at once, and stays where none is given. */
  previousExpiresAt: Date | null;
}

/** What a start or an administrator has changed. */
export interface SavedServiceAccounts {
  /** Ids of those that are new or were not so before. */
  changed: string[];
  notes: StaticClientNote[];
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

interface SavedRow {
  clientId: string;
  what: 'changed' | 'ended' | 'replaced' | 'superseded';
  until: Date | null;
}

/** Whether a secret that is given changes nothing. In the overlap of a rolling restart, the one before does not (ADR 68). */
const sameSecret = (row: string, secret: string, overlap: string) =>
  `(${secret} IS NOT DISTINCT FROM ${row}."clientSecret" OR (${overlap} IS NULL AND ${secret} IS NULL)
          OR (${overlap} IS NOT NULL AND ${secret} IS NOT DISTINCT FROM ${row}."previousSecret"
            AND ${row}."previousSecretExpiresAt" > $3) IS TRUE)`;
const HAS_SECRET = `EXCLUDED."tokenEndpointAuthMethod" LIKE 'client_secret%'`;
const OVERLAP = `(SELECT g."previousExpiresAt" FROM given g WHERE g."clientId" = o."clientId")`;
const SAME_SECRET = sameSecret('o', 'EXCLUDED."clientSecret"', OVERLAP);
const KEPT = `${HAS_SECRET} AND ${SAME_SECRET}`;

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
  // A secret that goes on working for its overlap ends nothing.
  private readonly upsert = this.database.statement(
    'service-account-upsert',
    (table) => `
    WITH RECURSIVE given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("clientId" text, "name" text, "tokenEndpointAuthMethod" text,
        "secretHash" text, "jwks" jsonb, "jwksUri" text, "scopeCeiling" text[], "resourceCeiling" text[],
        "previousExpiresAt" timestamptz)
    ), known AS MATERIALIZED (
      SELECT a."clientId",
        (a."tokenEndpointAuthMethod", a."jwks", a."jwksUri", a."scopeCeiling", a."resourceCeiling")
          IS DISTINCT FROM
          (g."tokenEndpointAuthMethod", g."jwks", g."jwksUri", g."scopeCeiling", g."resourceCeiling")
        OR (NOT ${sameSecret('a', 'g."secretHash"', 'g."previousExpiresAt"')}
          AND (g."previousExpiresAt" > $3) IS NOT TRUE) AS "ends",
        CASE WHEN a."clientSecret" IS DISTINCT FROM g."secretHash" AND g."secretHash" = a."previousSecret"
          AND a."previousSecretExpiresAt" > $3 AND g."previousExpiresAt" IS NOT NULL
          THEN a."previousSecretExpiresAt" END AS "supersededUntil"
      FROM ${table('oauthApplication')} a JOIN given g USING ("clientId")
      WHERE a."source" = $2 AND a."kind" = 'service-account'
    ), ${heldToRevokeEach('SELECT "clientId" FROM known WHERE "ends"')}, saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "name", "source", "kind", "redirectUrls",
        "grantTypes", "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "scopeCeiling", "resourceCeiling",
        "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "name", $2, 'service-account', '{}', '{client_credentials}',
        "tokenEndpointAuthMethod", "secretHash", "jwks", "jwksUri", "scopeCeiling", "resourceCeiling", 'web', $3, $3
      FROM given WHERE ${HELD}
      ON CONFLICT ("clientId") DO UPDATE SET "name" = EXCLUDED."name",
        "tokenEndpointAuthMethod" = EXCLUDED."tokenEndpointAuthMethod", "jwks" = EXCLUDED."jwks",
        "clientSecret" = CASE WHEN ${KEPT} THEN o."clientSecret" ELSE EXCLUDED."clientSecret" END,
        "secretExpiresAt" = CASE WHEN ${KEPT} THEN o."secretExpiresAt" END,
        "previousSecret" = CASE WHEN ${KEPT} THEN o."previousSecret"
          WHEN ${HAS_SECRET} AND ${OVERLAP} IS NOT NULL THEN o."clientSecret" END,
        "previousSecretExpiresAt" = CASE WHEN ${KEPT} THEN o."previousSecretExpiresAt"
          WHEN ${HAS_SECRET} THEN ${OVERLAP} END,
        "jwksUri" = EXCLUDED."jwksUri", "scopeCeiling" = EXCLUDED."scopeCeiling",
        "resourceCeiling" = EXCLUDED."resourceCeiling", "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = $2 AND o."kind" = 'service-account' AND (o."name" IS DISTINCT FROM EXCLUDED."name"
        OR (${HAS_SECRET} AND NOT ${SAME_SECRET})
        OR EXISTS (SELECT 1 FROM known k WHERE k."clientId" = o."clientId" AND k."ends"))
      RETURNING "clientId", "previousSecret", "previousSecretExpiresAt"
    ), ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" IN (SELECT k."clientId" FROM known k JOIN saved USING ("clientId") WHERE k."ends")
        AND "revokedAt" IS NULL AND "expiresAt" > $3`,
      { now: '$3', lastTokenExpiresAt: '$5' },
    )}, fed_subject AS (${feedRows(
      table,
      `SELECT 'client', s."clientId", CASE WHEN k."ends" THEN $4::timestamptz END, $5::timestamptz
        FROM saved s LEFT JOIN known k USING ("clientId")`,
    )})
    SELECT "clientId", 'changed' AS "what", NULL::timestamptz AS "until" FROM saved
    UNION ALL SELECT "clientId", 'ended', NULL FROM saved JOIN known USING ("clientId") WHERE "ends"
    UNION ALL SELECT "clientId", 'replaced', "previousExpiresAt" FROM saved s JOIN given g USING ("clientId")
      WHERE s."previousSecret" IS NOT NULL AND s."previousSecretExpiresAt" = g."previousExpiresAt"
    UNION ALL SELECT "clientId", 'superseded', "supersededUntil" FROM known WHERE "supersededUntil" IS NOT NULL
    ORDER BY 1`,
  );

  // The first look waited for what was being granted in the same moment, and did not see it.
  private readonly endLate = this.database.statement(
    'service-account-late-grants',
    (table) => `
    WITH RECURSIVE ${heldToRevokeEach('SELECT unnest($1::text[]) AS "clientId"')}, ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" = ANY($1) AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}
    SELECT "id" FROM ended`,
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
  async taken(
    clientIds: readonly string[],
    source: ServiceAccount['source'],
    transaction?: Transaction,
  ): Promise<string[]> {
    const values = [clientIds, source];
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, values, transaction);
    return rows.map(({ clientId }) => clientId);
  }

  /** Adds or changes these; one that is disabled stays so. */
  async save(
    accounts: readonly ServiceAccountRow[],
    source: ServiceAccount['source'],
    { now, issuedBefore, lastTokenExpiresAt }: RevocationTimes,
    transaction?: Transaction,
  ): Promise<SavedServiceAccounts> {
    const values = [JSON.stringify(accounts), source, now, issuedBefore, lastTokenExpiresAt];
    const rows = await this.database.rows<SavedRow>(this.upsert, values, transaction);
    const idsOf = (what: SavedRow['what']) =>
      rows.filter((row) => row.what === what).map(({ clientId }) => clientId);
    const ended = idsOf('ended');
    if (ended.length > 0)
      await this.database.rows(this.endLate, [ended, now, lastTokenExpiresAt], transaction);
    const notes = rows.flatMap(({ clientId, what, until }) =>
      what === 'replaced' || what === 'superseded' ? [{ clientId, what, until }] : [],
    );
    return { changed: idsOf('changed'), notes };
  }

  /** All of them, by their ids. */
  list(transaction?: Transaction): Promise<ServiceAccount[]> {
    return this.database.rows(this.selectAll, [], transaction);
  }
}

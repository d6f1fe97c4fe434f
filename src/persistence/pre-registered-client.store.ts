import { Injectable } from '@nestjs/common';
import type { JsonWebKey } from 'node:crypto';
import { Database } from './database.js';
import { endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
import { HELD, heldToRevokeEach } from './grant-lock.js';
import type { StaticClientNote } from './static-client.store.js';
import type { RevocationTimes } from './subject-revocation.store.js';

/** A client that acts for people, as the options name it. */
export interface PreRegisteredClientRow {
  clientId: string;
  name: string | null;
  redirectUrls: readonly string[];
  grantTypes: readonly string[];
  tokenEndpointAuthMethod: string;
  /** SHA-256 in base64url; null for one without a secret. */
  secretHash: string | null;
  jwks: { keys: JsonWebKey[] } | null;
  jwksUri: string | null;
  /** When a secret that this one replaces stops working. */
  previousExpiresAt: Date;
}

interface SavedRow extends StaticClientNote {
  ends: boolean;
}

/** Of the clients of options, these are the ones that act for people. */
const OURS = `o."source" = 'static' AND o."kind" = 'application' AND o."resource" IS NULL`;
/** Whether a secret that is given changes nothing. In the overlap of a rolling restart, the one before does not (ADR 68). */
const sameSecret = (row: string, secret: string) =>
  `(${secret} IS NOT DISTINCT FROM ${row}."clientSecret"
          OR (${secret} = ${row}."previousSecret" AND ${row}."previousSecretExpiresAt" > $2) IS TRUE)`;
const SAME_SECRET = sameSecret('o', 'EXCLUDED."clientSecret"');
const OVERLAP = `(SELECT g."previousExpiresAt" FROM given g WHERE g."clientId" = o."clientId")`;
const ENDING = `SELECT "clientId" FROM known WHERE "ends"`;

/** Clients of the options that act for people. */
@Injectable()
export class PreRegisteredClientStore {
  constructor(private readonly database: Database) {}

  private readonly selectTaken = this.database.statement(
    'pre-registered-client-taken',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')} o WHERE "clientId" = ANY($1::text[]) AND NOT (${OURS})`,
  );

  // Another place to be sent back to, or another way to prove itself, is another client: what rests on the one before
  // ends. A secret that goes on working for its overlap ends nothing.
  private readonly upsert = this.database.statement(
    'pre-registered-client-upsert',
    (table) => `
    WITH RECURSIVE given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("clientId" text, "name" text, "redirectUrls" text[],
        "grantTypes" text[], "tokenEndpointAuthMethod" text, "secretHash" text, "jwks" jsonb, "jwksUri" text,
        "previousExpiresAt" timestamptz)
    ), known AS MATERIALIZED (
      SELECT o."clientId", (o."redirectUrls", o."tokenEndpointAuthMethod", o."jwks", o."jwksUri")
          IS DISTINCT FROM (g."redirectUrls", g."tokenEndpointAuthMethod", g."jwks", g."jwksUri")
        OR (NOT ${sameSecret('o', 'g."secretHash"')} AND g."previousExpiresAt" <= $2) AS "ends",
        CASE WHEN o."clientSecret" <> g."secretHash" AND ${sameSecret('o', 'g."secretHash"')}
          THEN o."previousSecretExpiresAt" END AS "supersededUntil"
      FROM ${table('oauthApplication')} o JOIN given g USING ("clientId") WHERE ${OURS}
    ), ${heldToRevokeEach(ENDING)}, saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
        "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "name", 'static', "redirectUrls", "grantTypes", "tokenEndpointAuthMethod",
        "secretHash", "jwks", "jwksUri", 'web', $2, $2
      FROM given WHERE ${HELD}
      ON CONFLICT ("clientId") DO UPDATE SET "name" = EXCLUDED."name", "redirectUrls" = EXCLUDED."redirectUrls",
        "grantTypes" = EXCLUDED."grantTypes", "tokenEndpointAuthMethod" = EXCLUDED."tokenEndpointAuthMethod",
        "jwks" = EXCLUDED."jwks", "jwksUri" = EXCLUDED."jwksUri", "updatedAt" = EXCLUDED."updatedAt",
        "clientSecret" = CASE WHEN ${SAME_SECRET} THEN o."clientSecret" ELSE EXCLUDED."clientSecret" END,
        "previousSecret" = CASE WHEN ${SAME_SECRET} THEN o."previousSecret"
          WHEN EXCLUDED."clientSecret" IS NOT NULL THEN o."clientSecret" END,
        "previousSecretExpiresAt" = CASE WHEN ${SAME_SECRET} THEN o."previousSecretExpiresAt"
          WHEN EXCLUDED."clientSecret" IS NOT NULL AND o."clientSecret" IS NOT NULL THEN ${OVERLAP} END
      WHERE ${OURS} AND (o."name" IS DISTINCT FROM EXCLUDED."name" OR o."grantTypes" <> EXCLUDED."grantTypes" OR NOT ${SAME_SECRET}
        OR EXISTS (SELECT 1 FROM known k WHERE k."clientId" = o."clientId" AND k."ends"))
      RETURNING "clientId", "previousSecretExpiresAt"
    ), ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" IN (${ENDING}) AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$4' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} WHERE "clientId" IN (${ENDING}) AND ${HELD}
    ), fed_subject AS (${feedRows(
      table,
      `SELECT 'client', s."clientId", CASE WHEN k."ends" THEN $3::timestamptz END, $4::timestamptz
        FROM saved s LEFT JOIN known k USING ("clientId")`,
    )})
    SELECT "clientId", 'unnamed' AS "what", NULL::timestamptz AS "until", false AS "ends"
    FROM ${table('oauthApplication')} o
    WHERE ${OURS} AND NOT "disabled" AND "clientId" NOT IN (SELECT "clientId" FROM given)
    UNION ALL SELECT "clientId", 'ended', NULL, true FROM known WHERE "ends"
    UNION ALL SELECT "clientId", 'replaced', g."previousExpiresAt", false FROM saved s JOIN given g USING ("clientId")
      WHERE s."previousSecretExpiresAt" = g."previousExpiresAt" AND g."previousExpiresAt" > $2
    UNION ALL SELECT "clientId", 'superseded', "supersededUntil", false FROM known WHERE "supersededUntil" IS NOT NULL
    ORDER BY 1`,
  );

  // The first look waited for what was being granted in the same moment, and did not see it.
  private readonly endLate = this.database.statement(
    'pre-registered-client-late-grants',
    (table) => `
    WITH RECURSIVE ${heldToRevokeEach('SELECT unnest($1::text[]) AS "clientId"')}, ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" = ANY($1) AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} WHERE "clientId" = ANY($1) AND ${HELD}
    )
    SELECT "id" FROM ended`,
  );

  /** Those of these ids that another client has. */
  async taken(clientIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, [clientIds]);
    return rows.map(({ clientId }) => clientId);
  }

  /** Adds or changes these; one that is disabled stays so. What whoever starts it may not expect. */
  async save(
    clients: readonly PreRegisteredClientRow[],
    { now, issuedBefore, lastTokenExpiresAt }: RevocationTimes,
  ): Promise<StaticClientNote[]> {
    const values = [JSON.stringify(clients), now, issuedBefore, lastTokenExpiresAt];
    const rows = await this.database.rows<SavedRow>(this.upsert, values);
    const ended = rows.filter(({ ends }) => ends).map(({ clientId }) => clientId);
    if (ended.length > 0) await this.database.rows(this.endLate, [ended, now, lastTokenExpiresAt]);
    return rows.filter(({ ends }) => !ends);
  }
}

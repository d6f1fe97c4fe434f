import { Injectable } from '@nestjs/common';
import type { JsonWebKey } from 'node:crypto';
import { Database } from './database.js';
import { endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
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
}

/** Of the clients of options, these are the ones that act for people. */
const OURS = `o."source" = 'static' AND o."kind" = 'application' AND o."resource" IS NULL`;
// Of a rolling restart, one replica may start again with the secret before: in its overlap that is no change.
const SAME_SECRET = `(EXCLUDED."clientSecret" IS NOT DISTINCT FROM o."clientSecret"
          OR EXCLUDED."clientSecret" = o."previousSecret" AND o."previousSecretExpiresAt" > $2)`;

/** Clients of the options that act for people. */
@Injectable()
export class PreRegisteredClientStore {
  constructor(private readonly database: Database) {}

  private readonly selectTaken = this.database.statement(
    'pre-registered-client-taken',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')} o WHERE "clientId" = ANY($1::text[]) AND NOT (${OURS})`,
  );

  // Another place to be sent back to, or another way to prove itself, is another client: what rests on the one before ends.
  private readonly upsert = this.database.statement(
    'pre-registered-client-upsert',
    (table) => `
    WITH RECURSIVE given AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("clientId" text, "name" text, "redirectUrls" text[],
        "grantTypes" text[], "tokenEndpointAuthMethod" text, "secretHash" text, "jwks" jsonb, "jwksUri" text)
    ), known AS MATERIALIZED (
      SELECT a."clientId", (a."redirectUrls", a."tokenEndpointAuthMethod", a."jwks", a."jwksUri")
          IS DISTINCT FROM (g."redirectUrls", g."tokenEndpointAuthMethod", g."jwks", g."jwksUri") AS "changed"
      FROM ${table('oauthApplication')} a JOIN given g USING ("clientId")
    ), saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
        "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), "clientId", "name", 'static', "redirectUrls", "grantTypes", "tokenEndpointAuthMethod",
        "secretHash", "jwks", "jwksUri", 'web', $2, $2
      FROM given
      ON CONFLICT ("clientId") DO UPDATE SET "name" = EXCLUDED."name", "redirectUrls" = EXCLUDED."redirectUrls",
        "grantTypes" = EXCLUDED."grantTypes", "tokenEndpointAuthMethod" = EXCLUDED."tokenEndpointAuthMethod",
        "jwks" = EXCLUDED."jwks", "jwksUri" = EXCLUDED."jwksUri", "updatedAt" = EXCLUDED."updatedAt",
        "clientSecret" = CASE WHEN ${SAME_SECRET} THEN o."clientSecret" ELSE EXCLUDED."clientSecret" END,
        "previousSecret" = CASE WHEN EXCLUDED."clientSecret" IS NULL THEN NULL WHEN ${SAME_SECRET} THEN o."previousSecret"
          ELSE o."clientSecret" END,
        "previousSecretExpiresAt" = CASE WHEN EXCLUDED."clientSecret" IS NULL THEN NULL
          WHEN ${SAME_SECRET} THEN o."previousSecretExpiresAt" ELSE $3::timestamptz END
      WHERE ${OURS} AND (o."name" IS DISTINCT FROM EXCLUDED."name" OR NOT COALESCE(${SAME_SECRET}, false)
        OR EXISTS (SELECT 1 FROM known k WHERE k."clientId" = o."clientId" AND k."changed"))
      RETURNING "clientId", "previousSecretExpiresAt"
    ), ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" IN (SELECT k."clientId" FROM known k JOIN saved USING ("clientId") WHERE k."changed")
        AND "revokedAt" IS NULL AND "expiresAt" > $2`,
      { now: '$2', lastTokenExpiresAt: '$5' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')}
      WHERE "clientId" IN (SELECT k."clientId" FROM known k JOIN saved USING ("clientId") WHERE k."changed")
    ), fed_subject AS (${feedRows(
      table,
      `SELECT 'client', s."clientId", CASE WHEN k."changed" THEN $4::timestamptz END, $5::timestamptz
        FROM saved s LEFT JOIN known k USING ("clientId")`,
    )})
    SELECT "clientId", 'unnamed' AS "what", NULL::timestamptz AS "until" FROM ${table('oauthApplication')} o
    WHERE ${OURS} AND NOT "disabled" AND "clientId" NOT IN (SELECT "clientId" FROM given)
    UNION ALL SELECT "clientId", 'replaced', "previousSecretExpiresAt" FROM saved
      WHERE "previousSecretExpiresAt" = $3::timestamptz
    ORDER BY 1`,
  );

  /** Those of these ids that another client has. */
  async taken(clientIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectTaken, [clientIds]);
    return rows.map(({ clientId }) => clientId);
  }

  /**
   * Adds or changes these; one that is disabled stays so. A secret that is replaced works until `previousExpiresAt`, in
   * which time a start that still has it changes nothing.
   */
  save(
    clients: readonly PreRegisteredClientRow[],
    previousExpiresAt: Date,
    { now, issuedBefore, lastTokenExpiresAt }: RevocationTimes,
  ): Promise<StaticClientNote[]> {
    const values = [JSON.stringify(clients), now, previousExpiresAt, issuedBefore, lastTokenExpiresAt];
    return this.database.rows(this.upsert, values);
  }
}

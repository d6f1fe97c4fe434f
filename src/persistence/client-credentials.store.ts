import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { SingleUse } from './replay.store.js';
import { HELD, heldToGrantItself } from './grant-lock.js';
import { type IssuedToken, type NewToken, TOKEN_COLUMNS } from './issued-token.js';

/** What a service account asks for, within the ceilings that it was found to have. */
export interface ServiceAccountRequest {
  clientId: string;
  /** Identifier. */
  resource: string;
  scopes: readonly string[];
  /** All that the ceilings leave there: what the grant is for. */
  grantScopes: readonly string[];
  ceilings: { scopes: readonly string[]; resources: readonly string[] };
  /** What is used once for it; null for nothing. */
  use: SingleUse | null;
  /** When a grant that is made for it ends. */
  grantExpiresAt: Date;
  token: NewToken;
}

/** Why nothing was issued: the client is disabled, the resource is retired, the ceilings are others by now, or what it is for was used. */
export interface ServiceAccountRefusal {
  outcome: 'disabled' | 'target' | 'changed' | 'replayed';
}

const UNCHANGED =
  '(a."scopeCeiling" IS NOT DISTINCT FROM $4::text[] AND a."resourceCeiling" IS NOT DISTINCT FROM $5::text[])';

/** Tokens of service accounts. Each has one grant a resource, which is made when it is first needed. */
@Injectable()
export class ClientCredentialsStore {
  constructor(private readonly database: Database) {}

  // A grant that is there costs no lock: the feed refuses what is issued for it while it ends. One that is made waits for
  // whoever is ending those of the client, and looks at the client again.
  private readonly issueToken = this.database.statement(
    'client-credentials',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT CASE
          WHEN a."disabled" THEN 'disabled'
          WHEN r."enabled" IS NOT TRUE THEN 'target'
          WHEN ${UNCHANGED} THEN 'issued'
          ELSE 'changed' END AS "outcome",
        r."signingAlgorithm",
        $6::timestamptz + COALESCE(r."accessTokenExpiresIn", $9::integer) * interval '1 second' AS "accessTokenExpiresAt"
      FROM ${table('oauthApplication')} a LEFT JOIN ${table('oauthResource')} r ON r."identifier" = $2
      WHERE a."clientId" = $1 AND a."kind" = 'service-account'
    ), known AS MATERIALIZED (
      SELECT g."id", g."lastUsedAt" FROM ${table('oauthGrant')} g JOIN seen s ON s."outcome" = 'issued'
      WHERE g."clientId" = $1 AND g."userId" IS NULL AND g."resource" = $2 AND g."kind" = 'service-account'
        AND g."revokedAt" IS NULL AND g."expiresAt" >= s."accessTokenExpiresAt" AND g."scopes" @> $3::text[]
      ORDER BY g."expiresAt" DESC LIMIT 1
    ), ${heldToGrantItself('$1', 'known')}, current AS MATERIALIZED (
      SELECT ${UNCHANGED} AS "unchanged", "disabled" FROM ${table('oauthApplication')} a
      WHERE a."clientId" = $1 AND ${HELD} FOR SHARE
    ), permitted AS MATERIALIZED (
      SELECT s.* FROM seen s WHERE s."outcome" = 'issued' AND (EXISTS (SELECT 1 FROM known)
        OR EXISTS (SELECT 1 FROM current WHERE "unchanged" AND NOT "disabled"))
    ), used_once AS (
      INSERT INTO ${table('oauthReplay')} ("hash", "expiresAt")
      SELECT $12::text, $13::timestamptz FROM permitted WHERE $12::text IS NOT NULL
      ON CONFLICT DO NOTHING RETURNING "hash"
    ), allowed AS MATERIALIZED (
      SELECT * FROM permitted WHERE $12::text IS NULL OR EXISTS (SELECT 1 FROM used_once)
    ), made AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "kind", "resource", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
      SELECT gen_random_uuid(), $1, 'service-account', $2, $11::text[], false, $6, $6,
        GREATEST($10::timestamptz, "accessTokenExpiresAt"), $6
      FROM allowed WHERE NOT EXISTS (SELECT 1 FROM known)
      RETURNING "id"
    ), used AS (
      UPDATE ${table('oauthGrant')} g SET "lastUsedAt" = $6 FROM known k
      WHERE g."id" = k."id" AND k."lastUsedAt" <= $6::timestamptz - interval '1 day'
        AND EXISTS (SELECT 1 FROM allowed)
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $7::uuid, $8, NULL, s."accessTokenExpiresAt", NULL, $1, $6, $6, g."id"
      FROM allowed s, (SELECT "id" FROM known UNION ALL SELECT "id" FROM made) g
      RETURNING "grantId", "statusIndex"::double precision AS "statusIndex"
    )
    SELECT CASE
        WHEN s."outcome" <> 'issued' OR i."grantId" IS NOT NULL THEN s."outcome"
        WHEN EXISTS (SELECT 1 FROM permitted) THEN 'replayed'
        WHEN EXISTS (SELECT 1 FROM current WHERE "disabled") THEN 'disabled'
        ELSE 'changed' END AS "outcome",
      s."signingAlgorithm", s."accessTokenExpiresAt", i."grantId", i."statusIndex"
    FROM seen s LEFT JOIN issued i ON true`,
  );

  /** Records a token, in one statement; null where there is no such service account. */
  async issue(request: ServiceAccountRequest): Promise<IssuedToken | ServiceAccountRefusal | null> {
    const { clientId, resource, scopes, grantScopes, ceilings, use, grantExpiresAt, token } = request;
    const row = await this.database.one<IssuedToken | ServiceAccountRefusal>(this.issueToken, [
      clientId,
      resource,
      scopes,
      ceilings.scopes,
      ceilings.resources,
      token.now,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      grantExpiresAt,
      grantScopes,
      use?.hash ?? null,
      use?.forgottenAt ?? null,
    ]);
    if (row?.outcome !== 'issued') return row;
    return Object.assign(row, { clientId, resource, userId: null, authenticatedAt: null });
  }
}

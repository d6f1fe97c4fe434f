import { Injectable } from '@nestjs/common';
import type { KeyHolder } from '../oauth/key-holder.js';
import { Database } from './database.js';
import { ENDED_GRANTS, endedGrants, grantLives } from './delegated-grants.js';
import type { SignInFacts } from './interaction.store.js';
import {
  type Admission,
  type GrantFacts,
  type IssuedToken,
  type NewToken,
  type Refusal,
  TOKEN_COLUMNS,
} from './issued-token.js';

export interface RedeemedCode extends IssuedToken, SignInFacts {
  userId: string;
  authenticatedAt: Date;
  /** Whether the answer carries a refresh token. */
  refreshable: boolean;
  nonce: string | null;
  /** Null where no id_token goes with the answer. */
  idTokenClaims: Record<string, unknown> | null;
}

export interface Redemption {
  codeHash: string;
  clientId: string;
  /** Null when the request names none (OAuth 2.1 §10.2). */
  redirectUri: string | null;
  codeChallenge: string;
  /** Null inherits the grant's. */
  resource: string | null;
  admission: Admission;
  holder: KeyHolder;
  token: NewToken;
}

/** Authorization codes. Single use is decided by the database, and a second use ends the grant, in one statement. */
@Injectable()
export class CodeStore {
  constructor(private readonly database: Database) {}

  private readonly selectFacts = this.database.statement(
    'code-facts',
    (table) => `
    SELECT g."id" AS "grantId", g."clientId", g."userId", g."resource", g."redirectUri", g."scopes"
    FROM ${table('oauthAuthorizationCode')} c JOIN ${table('oauthGrant')} g ON g."id" = c."grantId"
    WHERE c."hash" = $1`,
  );

  // The unconsumed test stands on the target row: after a lock wait only that row is read again.
  private readonly redeemCode = this.database.statement(
    'code-redeem',
    (table) => `
    WITH RECURSIVE seen AS MATERIALIZED (
      SELECT c."hash", c."consumedAt" IS NOT NULL AS "consumed", c."nonce", c."idTokenClaims", g."id" AS "grantId",
        g."rootGrantId", g."clientId", g."userId", g."resource", g."refreshable", g."authenticatedAt", g."sid", g."amr", g."acr",
        g."expiresAt" AS "grantExpiresAt",
        (g."clientId" = $2 AND ($3::text IS NULL OR g."redirectUri" = $3) AND c."codeChallenge" = $4
          AND (g."keyThumbprint" IS NULL OR COALESCE(g."keyThumbprint" = $14, false))) AS "bound",
        (r."enabled" IS TRUE AND ($5::text IS NULL OR g."resource" = $5)) AS "targeted", r."signingAlgorithm",
        LEAST($6::timestamptz + COALESCE(r."accessTokenExpiresIn", $9::integer) * interval '1 second', g."expiresAt")
          AS "accessTokenExpiresAt",
        c."expiresAt" > $6 AS "fresh",
        NOT a."disabled" AS "enabled", ${grantLives(table, 'g', '$6')} AS "active"
      FROM ${table('oauthAuthorizationCode')} c JOIN ${table('oauthGrant')} g ON g."id" = c."grantId"
      JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
      LEFT JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
      WHERE c."hash" = $1
    ), consumed AS (
      UPDATE ${table('oauthAuthorizationCode')} c SET "consumedAt" = $6, "idTokenClaims" = NULL FROM seen s
      WHERE c."hash" = s."hash" AND s."bound" AND s."targeted" AND s."fresh" AND s."enabled" AND s."active"
        AND $12::text = 'granted' AND c."consumedAt" IS NULL
      RETURNING c."hash"
    ), judged AS (
      SELECT s.*, CASE
        WHEN c."hash" IS NOT NULL THEN 'issued'
        WHEN NOT s."bound" THEN 'mismatch'
        WHEN NOT s."enabled" THEN 'disabled'
        WHEN NOT s."active" THEN 'inactive'
        WHEN s."consumed" THEN 'replayed'
        WHEN NOT s."targeted" THEN 'target'
        WHEN NOT s."fresh" THEN 'expired'
        WHEN $12::text IS NULL THEN 'mismatch'
        WHEN $12::text = 'refused' THEN 'refused'
        ELSE 'replayed' END AS "outcome"
      FROM seen s LEFT JOIN consumed c USING ("hash")
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $7::uuid, $8, CASE WHEN j."refreshable" THEN $10 END, j."accessTokenExpiresAt",
        CASE WHEN j."refreshable" THEN LEAST($11::timestamptz, j."grantExpiresAt") END,
        j."clientId", $6, $6, j."grantId"
      FROM judged j WHERE j."outcome" = 'issued'
      RETURNING "statusIndex"::double precision AS "statusIndex"
    ), keyed AS (
      UPDATE ${table('oauthGrant')} g SET "keyThumbprint" = $14 FROM judged j
      WHERE g."id" = j."grantId" AND j."outcome" = 'issued' AND j."refreshable" AND $15::boolean
        AND $14::text IS NOT NULL AND g."keyThumbprint" IS NULL
    ), ${endedGrants(
      table,
      `SELECT "grantId", "rootGrantId" FROM judged WHERE "outcome" IN ('replayed', 'refused')`,
      { now: '$6', lastTokenExpiresAt: '$13' },
    )}
    SELECT j."outcome", j."grantId", j."clientId", j."userId", j."resource", j."refreshable", j."authenticatedAt",
      j."signingAlgorithm", j."accessTokenExpiresAt", i."statusIndex", j."nonce", j."idTokenClaims", j."sid", j."amr", j."acr",
      ${ENDED_GRANTS} AS "ended"
    FROM judged j LEFT JOIN issued i ON true`,
  );

  /** What the code's grant says; null for an unknown code. */
  facts(codeHash: string): Promise<GrantFacts | null> {
    return this.database.one(this.selectFacts, [codeHash]);
  }

  /** Consumes a code and records what is issued for it; null for an unknown code. */
  redeem({ codeHash, clientId, redirectUri, codeChallenge, resource, admission, holder, token }: Redemption) {
    return this.database.one<RedeemedCode | Refusal>(this.redeemCode, [
      codeHash,
      clientId,
      redirectUri,
      codeChallenge,
      resource,
      token.now,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      token.refreshHash,
      token.refreshTokenExpiresAt,
      admission,
      token.lastTokenExpiresAt,
      holder.keyThumbprint,
      holder.isPublic,
    ]);
  }
}

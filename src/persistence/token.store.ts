import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** What the stored grant says about a token to be signed. */
export interface IssuedToken {
  outcome: 'issued';
  grantId: string;
  clientId: string;
  userId: string;
  resource: string;
  redirectUri: string;
  scopes: string[];
  authenticatedAt: Date;
  accessTokenExpiresAt: Date;
  /** The resource's; null for the server's default. */
  signingAlgorithm: string | null;
  /** The access token's place in the status lists. */
  statusIndex: number;
  /** Whether the answer carries a refresh token. */
  refreshable: boolean;
}

export interface RedeemedCode extends IssuedToken {
  nonce: string | null;
  /** Null where no id_token goes with the answer. */
  idTokenClaims: Record<string, unknown> | null;
}

/** Why nothing was issued. Only `replayed` is a reason to revoke. */
export interface Refusal {
  outcome: 'mismatch' | 'disabled' | 'target' | 'scope' | 'expired' | 'inactive' | 'replayed';
  grantId: string;
}

export interface Redemption {
  codeHash: string;
  clientId: string;
  /** Null when the request names none (OAuth 2.1 §10.2). */
  redirectUri: string | null;
  codeChallenge: string;
  /** Null inherits the grant's. */
  resource: string | null;
  token: NewToken;
}

export interface Rotation {
  refreshHash: string;
  clientId: string;
  resource: string | null;
  /** Null for all the grant has. */
  scopes: string[] | null;
  successorSealed: Buffer;
  /** A token rotated before this time is outside the grace window. */
  graceStart: Date;
  token: NewToken;
}

export interface NewToken {
  rowId: string;
  tokenId: string;
  now: Date;
  /** Seconds, for a resource without a lifetime of its own. */
  accessTokenLifetime: number;
  refreshHash: string;
  refreshTokenExpiresAt: Date;
}

export interface RotatedToken extends IssuedToken {
  /** The successor every racer of the grace window gets, sealed under a key of the presented token. */
  successorHash: string;
  successorSealed: Buffer;
}

const TOKEN_COLUMNS = `"id", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt",
        "clientId", "userId", "scopes", "createdAt", "updatedAt", "grantId"`;

/** Codes and tokens. Single use is decided by the database, in one statement. */
@Injectable()
export class TokenStore {
  constructor(private readonly database: Database) {}

  // The unconsumed test stands on the target row: after a lock wait only that row is read again.
  private readonly redeemCode = this.database.statement(
    'code-redeem',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT c."hash", c."consumedAt" IS NOT NULL AS "consumed", c."nonce", c."idTokenClaims", g."id" AS "grantId", g."clientId", g."userId",
        g."resource", g."redirectUri", g."scopes", g."refreshable", g."authenticatedAt", g."expiresAt" AS "grantExpiresAt",
        (g."clientId" = $2 AND ($3::text IS NULL OR g."redirectUri" = $3) AND c."codeChallenge" = $4) AS "bound",
        (r."enabled" IS TRUE AND ($5::text IS NULL OR g."resource" = $5)) AS "targeted", r."signingAlgorithm",
        LEAST($6::timestamptz + COALESCE(r."accessTokenExpiresIn", $9::integer) * interval '1 second', g."expiresAt")
          AS "accessTokenExpiresAt",
        c."expiresAt" > $6 AS "fresh",
        NOT a."disabled" AS "enabled", g."revokedAt" IS NULL AND g."expiresAt" > $6 AS "active"
      FROM ${table('oauthAuthorizationCode')} c JOIN ${table('oauthGrant')} g ON g."id" = c."grantId"
      JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
      LEFT JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
      WHERE c."hash" = $1
    ), consumed AS (
      UPDATE ${table('oauthAuthorizationCode')} c SET "consumedAt" = $6, "idTokenClaims" = NULL FROM seen s
      WHERE c."hash" = s."hash" AND s."bound" AND s."targeted" AND s."fresh" AND s."enabled" AND s."active"
        AND c."consumedAt" IS NULL
      RETURNING c."hash"
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $7::uuid, $8, CASE WHEN s."refreshable" THEN $10 END, s."accessTokenExpiresAt",
        CASE WHEN s."refreshable" THEN LEAST($11::timestamptz, s."grantExpiresAt") END,
        s."clientId", s."userId", s."scopes", $6, $6, s."grantId"
      FROM seen s JOIN consumed USING ("hash")
      RETURNING "accessTokenExpiresAt", "statusIndex"::double precision AS "statusIndex"
    )
    SELECT CASE
        WHEN i."accessTokenExpiresAt" IS NOT NULL THEN 'issued'
        WHEN NOT s."bound" THEN 'mismatch'
        WHEN NOT s."enabled" THEN 'disabled'
        WHEN NOT s."targeted" THEN 'target'
        WHEN NOT s."active" THEN 'inactive'
        WHEN s."consumed" THEN 'replayed'
        WHEN NOT s."fresh" THEN 'expired'
        ELSE 'replayed' END AS "outcome",
      s."grantId", s."clientId", s."userId", s."resource", s."redirectUri", s."scopes", s."refreshable", s."authenticatedAt",
      s."signingAlgorithm", i."accessTokenExpiresAt", i."statusIndex", s."nonce", s."idTokenClaims"
    FROM seen s LEFT JOIN issued i ON true`,
  );

  private readonly rotateRefresh = this.database.statement(
    'refresh-rotate',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT t."id", t."rotatedAt", g."id" AS "grantId", g."clientId", g."userId", g."resource", g."redirectUri",
        COALESCE($4::text[], g."scopes") AS "scopes", g."authenticatedAt", g."expiresAt" AS "grantExpiresAt",
        g."clientId" = $2 AS "bound",
        (r."enabled" IS TRUE AND ($3::text IS NULL OR g."resource" = $3)) AS "targeted", r."signingAlgorithm",
        LEAST($5::timestamptz + COALESCE(r."accessTokenExpiresIn", $9::integer) * interval '1 second', g."expiresAt")
          AS "accessTokenExpiresAt",
        ($4::text[] IS NULL OR $4 <@ g."scopes") AS "within",
        t."refreshTokenExpiresAt" > $5 AS "fresh",
        NOT a."disabled" AS "enabled", g."revokedAt" IS NULL AND g."expiresAt" > $5 AS "active"
      FROM ${table('oauthAccessToken')} t JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
      JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
      LEFT JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
      WHERE t."refreshToken" = $1
    ), rotated AS (
      UPDATE ${table('oauthAccessToken')} t SET
        "rotatedAt" = COALESCE(t."rotatedAt", $5),
        "successorHash" = COALESCE(t."successorHash", $10),
        "successorSealed" = COALESCE(t."successorSealed", $12),
        "updatedAt" = $5
      FROM seen s
      WHERE t."id" = s."id" AND s."bound" AND s."targeted" AND s."within" AND s."fresh" AND s."enabled" AND s."active"
        AND (t."rotatedAt" IS NULL OR t."rotatedAt" > $6)
      RETURNING t."id", t."successorHash", t."successorSealed"
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $7::uuid, $8, CASE WHEN r."successorHash" = $10 THEN $10 END,
        s."accessTokenExpiresAt",
        CASE WHEN r."successorHash" = $10 THEN LEAST($11::timestamptz, s."grantExpiresAt") END,
        s."clientId", s."userId", s."scopes", $5, $5, s."grantId"
      FROM seen s JOIN rotated r USING ("id")
      RETURNING "accessTokenExpiresAt", "statusIndex"::double precision AS "statusIndex"
    )
    SELECT CASE
        WHEN i."accessTokenExpiresAt" IS NOT NULL THEN 'issued'
        WHEN NOT s."bound" THEN 'mismatch'
        WHEN NOT s."enabled" THEN 'disabled'
        WHEN NOT s."active" THEN 'inactive'
        WHEN s."rotatedAt" <= $6 THEN 'replayed'
        WHEN NOT s."targeted" THEN 'target'
        WHEN NOT s."within" THEN 'scope'
        WHEN NOT s."fresh" THEN 'expired'
        ELSE 'replayed' END AS "outcome",
      s."grantId", s."clientId", s."userId", s."resource", s."redirectUri", s."scopes", true AS "refreshable",
      s."authenticatedAt", s."signingAlgorithm", i."accessTokenExpiresAt", i."statusIndex", r."successorHash", r."successorSealed"
    FROM seen s LEFT JOIN rotated r ON true LEFT JOIN issued i ON true`,
  );

  private readonly eraseSuccessors = this.database.statement(
    'successor-erase',
    (table) => `
    UPDATE ${table('oauthAccessToken')} SET "successorSealed" = NULL WHERE "id" IN (
      SELECT "id" FROM ${table('oauthAccessToken')}
      WHERE "successorSealed" IS NOT NULL AND "rotatedAt" <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  private readonly deleteExpired = this.database.statement(
    'token-prune',
    (table) => `
    DELETE FROM ${table('oauthAccessToken')} WHERE "id" IN (
      SELECT "id" FROM ${table('oauthAccessToken')}
      WHERE "accessTokenExpiresAt" < $1 AND "refreshToken" IS NULL LIMIT $2 FOR UPDATE SKIP LOCKED)`,
  );

  /** Consumes a code and records what is issued for it; null for an unknown code. */
  redeem({ codeHash, clientId, redirectUri, codeChallenge, resource, token }: Redemption) {
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
    ]);
  }

  /** Rotates a refresh token, or answers the successor again inside the grace window; null for an unknown one. */
  rotate({ refreshHash, clientId, resource, scopes, graceStart, successorSealed, token }: Rotation) {
    return this.database.one<RotatedToken | Refusal>(this.rotateRefresh, [
      refreshHash,
      clientId,
      resource,
      scopes,
      token.now,
      graceStart,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      token.refreshHash,
      token.refreshTokenExpiresAt,
      successorSealed,
    ]);
  }

  /** Forgets sealed successors of tokens rotated before `graceStart`. */
  async erase(graceStart: Date, limit: number): Promise<void> {
    await this.database.rows(this.eraseSuccessors, [graceStart, limit]);
  }

  /** Deletes rows that only record an access token that has expired. */
  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteExpired, [expiredBefore, limit]);
  }
}

import { Injectable } from '@nestjs/common';
import type { KeyHolder } from '../oauth/key-holder.js';
import { Database } from './database.js';
import { ENDED_GRANTS, endedGrants, grantLives } from './delegated-grants.js';
import {
  type Admission,
  type GrantFacts,
  type IssuedToken,
  type NewToken,
  type Refusal,
  TOKEN_COLUMNS,
} from './issued-token.js';

export interface Rotation {
  /** SHA-256 of what was presented, whatever its shape. */
  refreshHash: string;
  clientId: string;
  resource: string | null;
  /** Null for all the grant has. */
  scopes: string[] | null;
  successorSealed: Buffer;
  /** A token rotated before this time is outside the grace window. */
  graceStart: Date;
  admission: Admission;
  holder: KeyHolder;
  token: NewToken;
}

export interface RotatedToken extends IssuedToken {
  /** The successor every racer of the grace window gets, sealed under a key of the presented token. */
  successorHash: string;
  successorSealed: Buffer;
}

/** RFC 9449 §5: the refresh tokens of a public client are for the holder of the key that they were issued to. */
const holdsKey = `(g."keyThumbprint" IS NULL OR NOT $16::boolean OR COALESCE(g."keyThumbprint" = $15, false))`;

/** Refresh tokens. Which successor all racers get, and what a repeat means, is decided by the database, in one statement. */
@Injectable()
export class RefreshTokenStore {
  constructor(private readonly database: Database) {}

  private readonly selectFacts = this.database.statement(
    'refresh-facts',
    (table) => `
    SELECT g."id" AS "grantId", g."clientId", g."userId", g."resource", g."redirectUri", g."scopes"
    FROM ${table('oauthAccessToken')} t JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
    WHERE t."refreshToken" = $1`,
  );

  // What decides of a rotation stands on the target row: after a lock wait only that row is read again. That the grant was
  // used waits for nobody: whoever has its row notes the same, or ends it with a hundred thousand others.
  private readonly rotateRefresh = this.database.statement(
    'refresh-rotate',
    (table) => `
    WITH RECURSIVE seen AS MATERIALIZED (
      SELECT t."id", t."successorFormat" IS NULL AS "readable", g."id" AS "grantId", g."clientId", g."userId",
        g."resource", g."rootGrantId", g."authenticatedAt", g."expiresAt" AS "grantExpiresAt",
        COALESCE(g."lastUsedAt", g."createdAt") <= $5::timestamptz - interval '1 day' AS "unused",
        (g."clientId" = $2 AND ${holdsKey}) AS "bound",
        (r."enabled" IS TRUE AND ($3::text IS NULL OR g."resource" = $3)) AS "targeted", r."signingAlgorithm",
        LEAST($5::timestamptz + COALESCE(r."accessTokenExpiresIn", $9::integer) * interval '1 second', g."expiresAt")
          AS "accessTokenExpiresAt",
        ($4::text[] IS NULL OR $4 <@ g."scopes") AS "within",
        t."refreshTokenExpiresAt" > $5 AS "fresh",
        NOT a."disabled" AS "enabled", ${grantLives(table, 'g', '$5')} AS "active",
        t."rotatedAt" IS NOT NULL AND (t."rotatedAt" <= $6 OR t."successorSealed" IS NULL
          OR n."id" IS NULL OR n."rotatedAt" IS NOT NULL) AS "closed"
      FROM ${table('oauthAccessToken')} t JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
      JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
      LEFT JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
      LEFT JOIN ${table('oauthAccessToken')} n ON n."refreshToken" = t."successorHash"
      WHERE t."refreshToken" = $1
    ), rotated AS (
      UPDATE ${table('oauthAccessToken')} t SET
        "rotatedAt" = COALESCE(t."rotatedAt", $5),
        "successorHash" = COALESCE(t."successorHash", $10),
        "successorSealed" = COALESCE(t."successorSealed", $12)
      FROM seen s
      WHERE t."id" = s."id" AND s."bound" AND s."targeted" AND s."within" AND s."fresh" AND s."enabled" AND s."active"
        AND s."readable" AND NOT s."closed" AND $13::text = 'granted'
        AND (t."rotatedAt" IS NULL OR (t."rotatedAt" > $6 AND t."successorSealed" IS NOT NULL))
      RETURNING t."id", t."successorHash", t."successorSealed"
    ), judged AS (
      SELECT s."grantId", s."rootGrantId", s."clientId", s."userId", s."resource", CASE
        WHEN r."id" IS NOT NULL THEN 'issued'
        WHEN NOT s."bound" THEN 'mismatch'
        WHEN NOT s."enabled" THEN 'disabled'
        WHEN NOT s."active" THEN 'inactive'
        WHEN s."closed" THEN 'replayed'
        WHEN NOT s."targeted" THEN 'target'
        WHEN NOT s."within" THEN 'scope'
        WHEN NOT s."fresh" THEN 'expired'
        WHEN NOT s."readable" THEN 'unreadable'
        WHEN $13::text IS NULL THEN 'mismatch'
        WHEN $13::text IN ('refused', 'limited') THEN $13
        ELSE 'replayed' END AS "outcome"
      FROM seen s LEFT JOIN rotated r USING ("id")
      UNION ALL
      SELECT g."id", g."rootGrantId", g."clientId", g."userId", g."resource", CASE
        WHEN g."clientId" <> $2 OR NOT ${holdsKey} THEN 'mismatch'
        WHEN g."revokedAt" IS NOT NULL OR g."expiresAt" <= $5 THEN 'inactive'
        ELSE 'replayed' END
      FROM ${table('oauthRotatedToken')} o JOIN ${table('oauthGrant')} g ON g."id" = o."grantId"
      WHERE o."hash" = $1 AND NOT EXISTS (SELECT 1 FROM seen)
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $7::uuid, $8, CASE WHEN r."successorHash" = $10 THEN $10 END,
        s."accessTokenExpiresAt",
        CASE WHEN r."successorHash" = $10 THEN LEAST($11::timestamptz, s."grantExpiresAt") END,
        s."clientId", $5, $5, s."grantId"
      FROM seen s JOIN rotated r USING ("id")
      RETURNING "statusIndex"::double precision AS "statusIndex"
    ), used AS (
      UPDATE ${table('oauthGrant')} SET "lastUsedAt" = $5 WHERE "id" = (
        SELECT g."id" FROM seen s JOIN rotated r USING ("id") JOIN ${table('oauthGrant')} g ON g."id" = s."grantId"
        WHERE s."unused" FOR NO KEY UPDATE OF g SKIP LOCKED)
    ), ${endedGrants(
      table,
      `SELECT "grantId", "rootGrantId" FROM judged WHERE "outcome" IN ('replayed', 'refused')`,
      { now: '$5', lastTokenExpiresAt: '$14' },
    )}
    SELECT j."outcome", j."grantId", j."clientId", j."userId", j."resource", s."authenticatedAt", s."signingAlgorithm",
      s."accessTokenExpiresAt", i."statusIndex", r."successorHash", r."successorSealed",
      ${ENDED_GRANTS} AS "ended"
    FROM judged j LEFT JOIN seen s ON true LEFT JOIN rotated r ON true LEFT JOIN issued i ON true`,
  );

  /** What the grant of a refresh token says; null for an unknown one, and for one that was used up long ago. */
  facts(refreshHash: string): Promise<GrantFacts | null> {
    return this.database.one(this.selectFacts, [refreshHash]);
  }

  /** Rotates a refresh token, or answers the successor again inside the grace window; null for an unknown one. */
  rotate(rotation: Rotation): Promise<RotatedToken | Refusal | null> {
    const { token } = rotation;
    return this.database.one(this.rotateRefresh, [
      rotation.refreshHash,
      rotation.clientId,
      rotation.resource,
      rotation.scopes,
      token.now,
      rotation.graceStart,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      token.refreshHash,
      token.refreshTokenExpiresAt,
      rotation.successorSealed,
      rotation.admission,
      token.lastTokenExpiresAt,
      rotation.holder.keyThumbprint,
      rotation.holder.isPublic,
    ]);
  }
}

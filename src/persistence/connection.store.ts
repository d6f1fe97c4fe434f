import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { type EndedGrant, endedGrants } from './delegated-grants.js';
import { HELD, heldToRevoke } from './grant-lock.js';

/** A living grant, as the person who gave it sees it. */
export interface Connection {
  /** For `McpConnections.end`. */
  grantId: string;
  /** `client_id` of the client. */
  clientId: string;
  /** As the client calls itself. */
  clientName: string | null;
  /** Where its code went. */
  redirectUri: string;
  /** Identifier. */
  resource: string;
  /** What was granted. */
  scopes: string[];
  /** When it was granted. */
  createdAt: Date;
  /** When tokens were last issued for it. */
  lastUsedAt: Date;
}

/** The clients that people have connected. */
@Injectable()
export class ConnectionStore {
  constructor(private readonly database: Database) {}

  // The grants of one client at one resource are one connection, whose last used grant stands for it.
  private readonly selectOfUser = this.database.statement(
    'connections',
    (table) => `
    WITH living AS (
      SELECT g."id", g."clientId", g."redirectUri", g."resource", g."scopes", g."createdAt", t."lastUsedAt"
      FROM ${table('oauthGrant')} g
      JOIN LATERAL (
        SELECT max(t."createdAt") AS "lastUsedAt" FROM ${table('oauthAccessToken')} t WHERE t."grantId" = g."id"
          AND COALESCE(t."refreshTokenExpiresAt", t."accessTokenExpiresAt") > $2
      ) t ON t."lastUsedAt" IS NOT NULL
      WHERE g."userId" = $1 AND g."revokedAt" IS NULL AND g."expiresAt" > $2 AND g."redirectUri" IS NOT NULL
    ), latest AS (
      SELECT DISTINCT ON ("clientId", "resource") * FROM living
      ORDER BY "clientId", "resource", "lastUsedAt" DESC, "createdAt" DESC
    )
    SELECT l."id" AS "grantId", l."clientId", a."name" AS "clientName", l."redirectUri", l."resource",
      ARRAY(SELECT DISTINCT unnest(o."scopes") FROM living o
        WHERE o."clientId" = l."clientId" AND o."resource" = l."resource" ORDER BY 1) AS "scopes",
      (SELECT min(o."createdAt") FROM living o WHERE o."clientId" = l."clientId" AND o."resource" = l."resource")
        AS "createdAt", l."lastUsedAt"
    FROM latest l JOIN ${table('oauthApplication')} a ON a."clientId" = l."clientId"
    ORDER BY l."lastUsedAt" DESC, l."createdAt" DESC LIMIT 200`,
  );

  private readonly endConnection = this.database.statement(
    'connection-end',
    (table) => `
    WITH RECURSIVE ${heldToRevoke({ userId: '$2' })}, chosen AS (
      SELECT "clientId", "resource" FROM ${table('oauthGrant')}
      WHERE "id" = $1 AND "userId" = $2 AND (("revokedAt" IS NULL AND "expiresAt" > $3) OR $5::boolean) AND ${HELD}
    ), ${endedGrants(
      table,
      `SELECT g."id", g."rootGrantId" FROM chosen c JOIN ${table('oauthGrant')} g
        ON g."userId" = $2 AND g."clientId" = c."clientId" AND g."resource" = c."resource" AND g."revokedAt" IS NULL`,
      { now: '$3', lastTokenExpiresAt: '$4' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} o USING chosen c
      WHERE o."userId" = $2 AND o."clientId" = c."clientId" AND o."resource" = c."resource"
    )
    SELECT "id" AS "grantId", "userId", "clientId", "resource" FROM ended`,
  );

  /** Those of a person whose tokens work still, the last used first; 200 at most. */
  ofUser(userId: string, now: Date, transaction?: Transaction): Promise<Connection[]> {
    return this.database.rows(this.selectOfUser, [userId, now], transaction);
  }

  /**
   * Ends every grant of the person, client and resource of this one, and forgets the consent; none when it is not theirs.
   * The second look is for what was granted in the same moment, for which the first has waited.
   */
  async end(
    userId: string,
    grantId: string,
    now: Date,
    lastTokenExpiresAt: Date,
    transaction?: Transaction,
  ): Promise<EndedGrant[]> {
    const look = (again: boolean) =>
      this.database.rows<EndedGrant>(
        this.endConnection,
        [grantId, userId, now, lastTokenExpiresAt, again],
        transaction,
      );
    const ended = await look(false);
    return ended.length === 0 ? ended : [...ended, ...(await look(true))];
  }
}

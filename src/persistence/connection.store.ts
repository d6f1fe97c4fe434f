import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';

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

  private readonly selectOfUser = this.database.statement(
    'connections',
    (table) => `
    SELECT g."id" AS "grantId", g."clientId", a."name" AS "clientName", g."redirectUri", g."resource", g."scopes",
      g."createdAt", t."lastUsedAt"
    FROM ${table('oauthGrant')} g JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
    JOIN LATERAL (
      SELECT max(t."createdAt") AS "lastUsedAt" FROM ${table('oauthAccessToken')} t WHERE t."grantId" = g."id"
        AND COALESCE(t."refreshTokenExpiresAt", t."accessTokenExpiresAt") > $2
    ) t ON t."lastUsedAt" IS NOT NULL
    WHERE g."userId" = $1 AND g."revokedAt" IS NULL AND g."expiresAt" > $2
    ORDER BY t."lastUsedAt" DESC LIMIT 200`,
  );

  /** Those of a person whose tokens work still, the last used first; 200 at most. */
  ofUser(userId: string, now: Date, transaction?: Transaction): Promise<Connection[]> {
    return this.database.rows(this.selectOfUser, [userId, now], transaction);
  }
}

import type { OAuthClient } from '../oauth/client.js';
import type { Database } from './database.js';

export interface NewClient extends OAuthClient {
  id: string;
  type: 'native' | 'web';
  metadata: Record<string, unknown> | null;
}

/** OAuth clients that have a row. */
export class ClientStore {
  constructor(private readonly database: Database) {}

  private readonly selectClient = this.database.statement(
    'client-find',
    (table) => `
    SELECT "clientId", "name", "source", "redirectUrls" AS "redirectUris", "grantTypes", "tokenEndpointAuthMethod",
      "clientSecret" AS "secretHash", "secretExpiresAt", "disabled", "clientUri", "icon" AS "logoUri"
    FROM ${table('oauthApplication')} WHERE "clientId" = $1`,
  );

  private readonly insertClient = this.database.statement(
    'client-insert',
    (table) => `
    INSERT INTO ${table('oauthApplication')} ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "secretExpiresAt", "clientUri", "icon", "type", "metadata",
      "createdAt", "updatedAt")
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
  );

  private readonly deleteUnused = this.database.statement(
    'client-prune',
    (table) => `
    DELETE FROM ${table('oauthApplication')} WHERE "id" IN (
      SELECT c."id" FROM ${table('oauthApplication')} c
      WHERE c."source" = 'registered' AND c."userId" IS NULL AND c."grantedAt" IS NULL AND c."createdAt" < $1
        AND NOT EXISTS (SELECT 1 FROM ${table('oauthGrant')} g WHERE g."clientId" = c."clientId")
      LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING "clientId"`,
  );

  find(clientId: string): Promise<OAuthClient | null> {
    return this.database.one<OAuthClient>(this.selectClient, [clientId]);
  }

  async insert(client: NewClient, now: Date): Promise<void> {
    await this.database.rows(this.insertClient, [
      client.id,
      client.clientId,
      client.name,
      client.source,
      client.redirectUris,
      client.grantTypes,
      client.tokenEndpointAuthMethod,
      client.secretHash,
      client.secretExpiresAt,
      client.clientUri,
      client.logoUri,
      client.type,
      client.metadata,
      now,
    ]);
  }

  /** Deletes up to `limit` self-registered clients older than `createdBefore` that never got a grant; their ids. */
  async prune(createdBefore: Date, limit: number): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.deleteUnused, [createdBefore, limit]);
    return rows.map(({ clientId }) => clientId);
  }
}

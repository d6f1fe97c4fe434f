import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import type { ResourceServerRow } from './static-client.store.js';

/** The credentials of a protected resource's server at the introspection endpoint, without the secret. */
export interface ResourceCredentials {
  /** Identifier of its resource. */
  resource: string;
  /** `client_id` of the server. */
  clientId: string;
  /** Whether the options set them, or somebody entered them. */
  source: 'static' | 'administrator';
  /** When the secret that was replaced last stops working; null for none. */
  previousExpiresAt: Date | null;
}

/** The credentials of servers: those of the options are read here, those that an administrator gives are written. */
@Injectable()
export class ResourceServerStore {
  constructor(private readonly database: Database) {}

  private readonly selectAll = this.database.statement(
    'resource-server-list',
    (table) => `
    SELECT "resource", "clientId", "source", "previousSecretExpiresAt" AS "previousExpiresAt"
    FROM ${table('oauthApplication')} WHERE "resource" IS NOT NULL ORDER BY "createdAt", "clientId"`,
  );

  private readonly upsert = this.database.statement(
    'resource-server-renew',
    (table) => `
    WITH saved AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "clientSecret", "resource", "source",
        "redirectUrls", "grantTypes", "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), $2, $3, "identifier", 'administrator', '{}', '{}', 'client_secret_basic', 'web',
        $5::timestamptz, $5::timestamptz
      FROM ${table('oauthResource')} WHERE "identifier" = $1
      ON CONFLICT ("clientId") DO UPDATE SET "previousSecret" = o."clientSecret",
        "previousSecretExpiresAt" = $4::timestamptz, "clientSecret" = EXCLUDED."clientSecret",
        "updatedAt" = EXCLUDED."updatedAt"
      WHERE o."source" = 'administrator' AND o."resource" = EXCLUDED."resource"
      RETURNING "clientId"
    ), fed AS (
      ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $6::timestamptz FROM saved`)}
    )
    SELECT "clientId" FROM saved`,
  );

  /** The oldest first. */
  list(): Promise<ResourceCredentials[]> {
    return this.database.rows(this.selectAll, []);
  }

  /** Replaces the secret of a resource's server, or makes its credentials. @throws Error for an unknown resource. */
  async renew(
    { resource, clientId, secretHash, previousExpiresAt }: ResourceServerRow,
    now: Date,
    transaction?: Transaction,
  ): Promise<{ clientId: string }> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    const values = [resource, clientId, secretHash, previousExpiresAt, now, heardBy];
    const saved = await this.database.one<{ clientId: string }>(this.upsert, values, transaction);
    if (!saved) throw new Error(`There is no resource ${resource}.`);
    return saved;
  }
}

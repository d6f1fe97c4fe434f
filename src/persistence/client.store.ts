import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { clientRevision } from './client-revision.js';
import { Database } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import { goneWithClients } from './gone-with-clients.js';

export interface NewClient extends Omit<OAuthClient, 'secrets' | 'digest' | 'revision'> {
  /** SHA-256 in base64url; null for a client without a secret. */
  secretHash: string | null;
  id: string;
  type: 'native' | 'web';
  metadata: Record<string, unknown> | null;
  /** SHA-256 in base64url of its registration access token (RFC 7592 §3); null for a client without. */
  registrationTokenHash: string | null;
}

/** OAuth clients that have a row. */
@Injectable()
export class ClientStore {
  constructor(private readonly database: Database) {}

  // As one value: to be told of twenty-one columns costs the caller more than to read them.
  private readonly selectClient = this.database.statement(
    'client-find',
    (table) => `
    SELECT row_to_json(c) AS "client" FROM (
      SELECT "clientId", "name", "source", "redirectUrls" AS "redirectUris", "postLogoutRedirectUrls" AS "postLogoutRedirectUris",
        "backchannelLogoutUri", "backchannelLogoutSessionRequired", "grantTypes", "tokenEndpointAuthMethod",
        COALESCE((
          SELECT json_agg(json_build_object('hash', s."hash", 'expiresAt', floor(extract(epoch FROM s."expiresAt") * 1000)))
          FROM (VALUES ("clientSecret", "secretExpiresAt"), ("previousSecret", "previousSecretExpiresAt")) AS s ("hash", "expiresAt")
          WHERE s."hash" IS NOT NULL), '[]') AS "secrets",
        "jwks", "jwksUri", "resource", "disabled", "kind", "scopeCeiling", "resourceCeiling", "clientUri", "icon" AS "logoUri",
        "dpopBoundAccessTokens", "requirePushedAuthorizationRequests", NULL AS "digest", ${clientRevision('a')} AS "revision"
      FROM ${table('oauthApplication')} a WHERE "clientId" = $1) c`,
  );

  private readonly selectByRedirect = this.database.statement(
    'client-find-by-redirect',
    (table) => `
    SELECT "clientId" FROM ${table('oauthApplication')}
    WHERE $1 = ANY ("redirectUrls") AND "source" <> 'document' ORDER BY "createdAt" DESC LIMIT $2`,
  );

  private readonly insertClient = this.database.statement(
    'client-insert',
    (table) => `
    INSERT INTO ${table('oauthApplication')} ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "clientUri", "icon", "type", "metadata",
      "createdAt", "updatedAt", "dpopBoundAccessTokens", "requirePushedAuthorizationRequests",
      "registrationTokenHash", "postLogoutRedirectUrls", "backchannelLogoutUri", "backchannelLogoutSessionRequired")
    SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text[], $6::text[], $7::text, $8::text, $9::jsonb, $10::text,
      $11::text, $12::text, $13::text, $14::jsonb, $15::timestamptz, $15::timestamptz, $17::boolean,
      $18::boolean, $19::text, $20::text[], $21::text, $22::boolean
    WHERE (SELECT count(*) FROM (
      SELECT 1 FROM ${table('oauthApplication')}
      WHERE "source" = 'registered' AND "grantedAt" IS NULL AND "userId" IS NULL LIMIT $16
    ) AS unused) < $16
    RETURNING "id"`,
  );

  private readonly deleteUnused = this.database.statement(
    'client-prune',
    (table) => `
    WITH deleted AS (
      DELETE FROM ${table('oauthApplication')} WHERE "id" = ANY (ARRAY(
        SELECT c."id" FROM ${table('oauthApplication')} c
        WHERE c."source" = 'registered' AND c."userId" IS NULL AND c."grantedAt" IS NULL AND c."createdAt" < $1
          AND NOT EXISTS (SELECT 1 FROM ${table('oauthGrant')} g WHERE g."clientId" = c."clientId")
        LIMIT $2 FOR UPDATE SKIP LOCKED))
      RETURNING "clientId"
    ), ${goneWithClients(table, 'deleted')}
    ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM deleted`)}`,
  );

  async find(clientId: string): Promise<OAuthClient | null> {
    const row = await this.database.one<{ client: OAuthClient }>(this.selectClient, [clientId]);
    return row?.client ?? null;
  }

  /** Ids of up to `limit` clients with a row that are sent back there, the newest first. */
  async findByRedirect(redirectUri: string, limit: number): Promise<string[]> {
    const rows = await this.database.rows<{ clientId: string }>(this.selectByRedirect, [redirectUri, limit]);
    return rows.map(({ clientId }) => clientId);
  }

  /** False, and nothing is stored, when there are `mostUnused` self-registered clients already that never got a grant. */
  async insert(client: NewClient, now: Date, mostUnused: number): Promise<boolean> {
    const inserted = await this.database.one(this.insertClient, [
      client.id,
      client.clientId,
      client.name,
      client.source,
      client.redirectUris,
      client.grantTypes,
      client.tokenEndpointAuthMethod,
      client.secretHash,
      client.jwks,
      client.jwksUri,
      client.clientUri,
      client.logoUri,
      client.type,
      client.metadata,
      now,
      mostUnused,
      client.dpopBoundAccessTokens,
      client.requirePushedAuthorizationRequests,
      client.registrationTokenHash,
      client.postLogoutRedirectUris ?? null,
      client.backchannelLogoutUri ?? null,
      client.backchannelLogoutSessionRequired ?? false,
    ]);
    return inserted !== null;
  }

  /** Deletes up to `limit` self-registered clients older than `createdBefore` that never got a grant. */
  async prune(createdBefore: Date, limit: number, now: Date): Promise<void> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    await this.database.rows(this.deleteUnused, [createdBefore, limit, heardBy]);
  }
}

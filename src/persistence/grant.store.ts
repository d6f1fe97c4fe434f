import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import type { ConsentKey } from './consent.store.js';
import { Database, type Transaction } from './database.js';
import { feedRows } from './feed-rows.js';

/** A decision about to be stored, with the code that hands it over. */
export interface NewGrant extends ConsentKey {
  id: string;
  consentId: string;
  redirectUri: string;
  scopes: string[];
  refreshable: boolean;
  authenticatedAt: Date;
  createdAt: Date;
  expiresAt: Date;
  /** The metadata of a client that gets its row with this decision; null for one that has it. */
  document: OAuthClient | null;
  code: {
    hash: string;
    codeChallenge: string;
    expiresAt: Date;
    nonce: string | null;
    /** Null where `openid` is not granted. */
    idTokenClaims: Record<string, unknown> | null;
  };
}

/** Whose a grant is, and what for. */
export interface GrantOwner {
  /** Null where no person is behind it. */
  userId: string | null;
  clientId: string;
  /** Identifier. */
  resource: string;
}

/** Grants: made with their consent and first code, and revoked. */
@Injectable()
export class GrantStore {
  constructor(private readonly database: Database) {}

  private readonly insertGrant = this.database.statement(
    'grant-insert',
    (table) => `
    WITH ended AS (
      DELETE FROM ${table('oauthInteraction')}
      WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $10 RETURNING 1
    ), allowed AS (
      SELECT 1 FROM ended UNION ALL SELECT 1 WHERE $1::uuid IS NULL
    ), used AS (
      UPDATE ${table('oauthApplication')} SET "grantedAt" = $10
      WHERE "clientId" = $4 AND "grantedAt" IS NULL AND "source" <> 'document' AND EXISTS (SELECT 1 FROM allowed)
    ), document AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
        "tokenEndpointAuthMethod", "jwks", "jwksUri", "clientUri", "icon", "type", "grantedAt", "createdAt",
        "updatedAt")
      SELECT gen_random_uuid(), $4, d."name", 'document', d."redirectUris", d."grantTypes",
        d."tokenEndpointAuthMethod", d."jwks", d."jwksUri", d."clientUri", d."logoUri", 'web', $10, $10, $10
      FROM allowed, jsonb_to_record($18::jsonb) AS d("name" text, "redirectUris" text[], "grantTypes" text[],
        "tokenEndpointAuthMethod" text, "jwks" jsonb, "jwksUri" text, "clientUri" text, "logoUri" text)
      WHERE $18::jsonb IS NOT NULL
      ON CONFLICT ("clientId") DO UPDATE SET "name" = EXCLUDED."name", "redirectUrls" = EXCLUDED."redirectUrls",
        "grantTypes" = EXCLUDED."grantTypes", "tokenEndpointAuthMethod" = EXCLUDED."tokenEndpointAuthMethod",
        "jwks" = EXCLUDED."jwks", "jwksUri" = EXCLUDED."jwksUri", "clientUri" = EXCLUDED."clientUri",
        "icon" = EXCLUDED."icon", "updatedAt" = EXCLUDED."updatedAt"
    ), consent AS (
      INSERT INTO ${table('oauthConsent')} AS c ("id", "userId", "clientId", "redirectHost", "resource", "scopes",
        "consentGiven", "createdAt", "updatedAt", "clientDigest")
      SELECT $7::uuid, $3, $4, $5, $6, $8::text[], true, $10, $10, $19 FROM allowed
      ON CONFLICT ("userId", "clientId", "redirectHost", "resource") DO UPDATE SET
        "scopes" = CASE WHEN c."clientDigest" IS NOT DISTINCT FROM EXCLUDED."clientDigest"
          THEN ARRAY(SELECT DISTINCT unnest(c."scopes" || EXCLUDED."scopes")) ELSE EXCLUDED."scopes" END,
        "clientDigest" = EXCLUDED."clientDigest",
        "consentGiven" = true, "updatedAt" = EXCLUDED."updatedAt"
    ), granted AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "userId", "resource", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "redirectUri")
      SELECT $9::uuid, $4, $3, $6, $8::text[], $11::boolean, $12::timestamptz, $10::timestamptz, $13::timestamptz, $15
      FROM allowed RETURNING "id"
    )
    INSERT INTO ${table('oauthAuthorizationCode')} ("hash", "grantId", "codeChallenge", "expiresAt", "nonce",
      "idTokenClaims")
    SELECT $14, g."id", $16, $17, $20, $21 FROM granted g RETURNING "grantId"`,
  );

  private readonly revokeGrant = this.database.statement(
    'grant-revoke',
    (table) => `
    WITH revoked AS (
      UPDATE ${table('oauthGrant')} SET "revokedAt" = $2 WHERE "id" = $1 AND "revokedAt" IS NULL
      RETURNING "id", "userId", "clientId", "resource"
    ), fed AS (${feedRows(table, `SELECT 'grant', "id"::text, $3::timestamptz, $3::timestamptz FROM revoked`)})
    SELECT "userId", "clientId", "resource" FROM revoked`,
  );

  private readonly deleteEnded = this.database.statement(
    'grant-prune',
    (table) => `
    WITH deleted AS (
      DELETE FROM ${table('oauthGrant')} WHERE "id" = ANY (ARRAY(
        SELECT "id" FROM ${table('oauthGrant')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
      RETURNING "id"
    )
    DELETE FROM ${table('oauthAccessToken')} WHERE "grantId" = ANY (ARRAY(SELECT "id" FROM deleted))`,
  );

  /**
   * Stores consent, grant and code, and ends the interaction, in one statement.
   * `interaction` is null when no page had to be shown. False when the interaction was ended before.
   */
  async insert(grant: NewGrant, interaction: { id: string; browserHash: string } | null): Promise<boolean> {
    const rows = await this.database.rows(this.insertGrant, [
      interaction?.id ?? null,
      interaction?.browserHash ?? null,
      grant.userId,
      grant.clientId,
      grant.redirectHost,
      grant.resource,
      grant.consentId,
      grant.scopes,
      grant.id,
      grant.createdAt,
      grant.refreshable,
      grant.authenticatedAt,
      grant.expiresAt,
      grant.code.hash,
      grant.redirectUri,
      grant.code.codeChallenge,
      grant.code.expiresAt,
      grant.document,
      grant.clientDigest,
      grant.code.nonce,
      grant.code.idTokenClaims,
    ]);
    return rows.length === 1;
  }

  /** Ends the grant and every token of it, also one that another replica is issuing just now. Whose it was; null when it was over. */
  revoke(
    grantId: string,
    now: Date,
    lastTokenExpiresAt: Date,
    transaction?: Transaction,
  ): Promise<GrantOwner | null> {
    return this.database.one<GrantOwner>(this.revokeGrant, [grantId, now, lastTokenExpiresAt], transaction);
  }

  /** Deletes up to `limit` grants that ended before `expiredBefore`, with their codes and tokens. */
  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteEnded, [expiredBefore, limit]);
  }
}

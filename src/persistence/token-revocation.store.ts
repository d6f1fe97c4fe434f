import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { type EndedGrant, ENDED_GRANTS, endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';

export interface RevokedToken {
  grantId: string;
  tokenId: string;
}

/** What a client takes back (RFC 7009): the grant of a refresh token, or one access token. */
@Injectable()
export class TokenRevocationStore {
  constructor(private readonly database: Database) {}

  private readonly revokeGrantOf = this.database.statement(
    'revoke-refresh',
    (table) => `
    WITH RECURSIVE found AS MATERIALIZED (
      SELECT t."grantId" FROM ${table('oauthAccessToken')} t WHERE t."refreshToken" = $1 AND t."clientId" = $2
      UNION ALL
      SELECT o."grantId" FROM ${table('oauthRotatedToken')} o JOIN ${table('oauthGrant')} g ON g."id" = o."grantId"
      WHERE o."hash" = $1 AND g."clientId" = $2
    ), ${endedGrants(
      table,
      `SELECT g."id", g."rootGrantId" FROM found f JOIN ${table('oauthGrant')} g ON g."id" = f."grantId"`,
      { now: '$3', lastTokenExpiresAt: '$4' },
    )}
    SELECT "grantId", ${ENDED_GRANTS} AS "ended" FROM found`,
  );

  private readonly revokeAccess = this.database.statement(
    'revoke-access',
    (table) => `
    WITH found AS (
      UPDATE ${table('oauthAccessToken')} t SET "revokedAt" = COALESCE(t."revokedAt", $3)
      WHERE t."accessToken" = $1 AND t."clientId" = $2
      RETURNING t."grantId", t."accessToken" AS "tokenId", t."accessTokenExpiresAt" AS "expiresAt"
    ), fed AS (
      ${feedRows(table, `SELECT 'token', "tokenId", "expiresAt", "expiresAt" FROM found`)}
    )
    SELECT "grantId", "tokenId" FROM found`,
  );

  /** Ends the grant of the client's refresh token, and says which it ended; null when the client has no such token. */
  refreshToken(
    hash: string,
    clientId: string,
    now: Date,
    lastTokenExpiresAt: Date,
  ): Promise<{ grantId: string; ended: EndedGrant[] } | null> {
    return this.database.one(this.revokeGrantOf, [hash, clientId, now, lastTokenExpiresAt]);
  }

  /** Ends the client's access token of this `jti`; null when the client has no such token. */
  accessToken(tokenId: string, clientId: string, now: Date): Promise<RevokedToken | null> {
    return this.database.one(this.revokeAccess, [tokenId, clientId, now]);
  }
}

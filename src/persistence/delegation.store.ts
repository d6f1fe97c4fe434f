import { Injectable } from '@nestjs/common';
import type { Actor } from '../oauth/actor.js';
import { Database } from './database.js';
import { grantLives } from './delegated-grants.js';
import { HELD, heldToGrant } from './grant-lock.js';
import { type IssuedToken, type NewToken, TOKEN_COLUMNS } from './issued-token.js';

/** What the first grant of a chain says: whose it is, and by which client. */
export interface DelegatingGrant {
  userId: string;
  /** `client_id` of the client that the person uses. */
  clientId: string;
  redirectUri: string | null;
}

export interface Delegation {
  /** `jti` of the token that is exchanged. */
  subjectTokenId: string;
  userId: string;
  /** The server that acts. */
  clientId: string;
  /** Identifier of its resource, which the exchanged token is for. */
  from: string;
  /** Identifier of the resource that is called. */
  to: string;
  scopes: readonly string[];
  actor: Actor;
  /** The grants that the exchanged token comes from, its own at last. */
  lineage: readonly string[];
  keyThumbprint: string | null;
  token: NewToken;
}

/** Why nothing was issued: the exchanged token or its grant is over, the acting client is disabled or no more that server, or the called one is retired. */
export interface DelegationRefusal {
  outcome: 'subject' | 'disabled' | 'target';
}

/** Grants that are delegated from others by an exchange of tokens (RFC 8693). Each has one access token, and ends with it. */
@Injectable()
export class DelegationStore {
  constructor(private readonly database: Database) {}

  private readonly selectFirst = this.database.statement(
    'delegation-first',
    (table) => `
    SELECT f."userId", f."clientId", f."redirectUri"
    FROM ${table('oauthAccessToken')} t JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
    JOIN ${table('oauthGrant')} f ON f."id" = COALESCE(g."rootGrantId", g."id")
    JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId" AND NOT a."disabled"
    WHERE t."accessToken" = $1 AND t."accessTokenExpiresAt" > $2 AND t."revokedAt" IS NULL
      AND ${grantLives(table, 'g', '$2')} AND f."userId" IS NOT NULL`,
  );

  // Whatever ends a grant that this one comes from ends its parent, too: who has the parent's row has them all. One that
  // waits for it does not see this grant, whose tokens name what they come from. The client's row comes after it.
  private readonly insertDelegated = this.database.statement(
    'delegation-issue',
    (table) => `
    WITH ${heldToGrant({ userId: '$2', clientId: '$3' })}, subject AS MATERIALIZED (
      SELECT g."id", COALESCE(g."rootGrantId", g."id") AS "rootGrantId", g."authenticatedAt",
        LEAST(t."accessTokenExpiresAt", g."expiresAt") AS "expiresAt"
      FROM ${table('oauthAccessToken')} t JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
      JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
      JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId" AND NOT a."disabled"
      WHERE t."accessToken" = $1 AND t."accessTokenExpiresAt" > $8 AND t."revokedAt" IS NULL AND r."enabled"
        AND g."userId" = $2 AND g."resource" = $4 AND ${grantLives(table, 'g', '$8')} AND ${HELD}
      FOR SHARE OF g
    ), client AS MATERIALIZED (
      SELECT "disabled", "resource" FROM ${table('oauthApplication')}
      WHERE "clientId" = $3 AND (SELECT count(*) FROM subject) >= 0 FOR SHARE
    ), seen AS MATERIALIZED (
      SELECT CASE
          WHEN s."id" IS NULL THEN 'subject'
          WHEN c."disabled" OR c."resource" IS DISTINCT FROM $4 THEN 'disabled'
          WHEN r."enabled" IS NOT TRUE THEN 'target'
          ELSE 'issued' END AS "outcome",
        s."id", s."rootGrantId", s."authenticatedAt", r."signingAlgorithm",
        LEAST($8::timestamptz + COALESCE(r."accessTokenExpiresIn", $11::integer) * interval '1 second', s."expiresAt")
          AS "accessTokenExpiresAt"
      FROM client c LEFT JOIN subject s ON true
      LEFT JOIN ${table('oauthResource')} r ON r."identifier" = $5
    ), granted AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "kind", "userId", "resource", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt", "rootGrantId", "parentGrantId", "actor", "keyThumbprint")
      SELECT gen_random_uuid(), $3, 'delegated', $2, $5, $6::text[], false, s."authenticatedAt", $8, s."accessTokenExpiresAt",
        $8, s."rootGrantId", s."id", $7::jsonb, $12
      FROM seen s WHERE s."outcome" = 'issued'
      RETURNING "id"
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $9::uuid, $10, NULL, s."accessTokenExpiresAt", NULL, $3, $8, $8, g."id" FROM seen s, granted g
      RETURNING "grantId", "statusIndex"::double precision AS "statusIndex"
    )
    SELECT s."outcome", s."authenticatedAt", s."signingAlgorithm", s."accessTokenExpiresAt", i."grantId", i."statusIndex"
    FROM seen s LEFT JOIN issued i ON true`,
  );

  /** What the first grant says that a token comes from; null when the token, or what it comes from, is over. */
  first(tokenId: string, now: Date): Promise<DelegatingGrant | null> {
    return this.database.one(this.selectFirst, [tokenId, now]);
  }

  /** Stores a grant and its token, in one statement, if the one that it comes from lives; null for an unknown client. */
  async issue(delegation: Delegation): Promise<IssuedToken | DelegationRefusal | null> {
    const { userId, clientId, to, actor, lineage, token } = delegation;
    const row = await this.database.one<IssuedToken | DelegationRefusal>(this.insertDelegated, [
      delegation.subjectTokenId,
      userId,
      clientId,
      delegation.from,
      to,
      delegation.scopes,
      JSON.stringify(actor),
      token.now,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      delegation.keyThumbprint,
    ]);
    if (row?.outcome !== 'issued') return row;
    return { ...row, clientId, userId, resource: to, delegation: { actor, from: lineage } };
  }
}

import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { Database } from './database.js';
import { documentClient } from './document-client.js';
import { HELD, heldToGrant } from './grant-lock.js';
import { type IssuedToken, type NewToken, TOKEN_COLUMNS } from './issued-token.js';
import type { SingleUse } from './replay.store.js';

/** What a client gets for a person whom a trusted issuer asserts. */
export interface AssertedGrant {
  userId: string;
  client: OAuthClient;
  /** Identifier. */
  resource: string;
  scopes: readonly string[];
  authenticatedAt: Date;
  amr: readonly string[] | null;
  acr: string | null;
  use: SingleUse;
  /** Of the key that its token is bound to; null for a bearer token. */
  keyThumbprint: string | null;
  token: NewToken;
}

/** Why nothing was issued: the client is disabled, the resource retired, or the assertion used before. */
export interface AssertedRefusal {
  outcome: 'disabled' | 'target' | 'replayed';
}

/** Grants that an identity assertion stands for: each lives as long as its one access token. */
@Injectable()
export class AssertedGrantStore {
  constructor(private readonly database: Database) {}

  private readonly insertGrant = this.database.statement(
    'asserted-grant',
    (table) => `
    WITH ${heldToGrant({ userId: '$2', clientId: '$1' })}, client AS MATERIALIZED (
      SELECT "disabled" FROM ${table('oauthApplication')} WHERE "clientId" = $1 AND ${HELD} FOR SHARE
    ), seen AS MATERIALIZED (
      SELECT CASE WHEN COALESCE(c."disabled", $14::jsonb IS NULL) THEN 'disabled' WHEN r."enabled" IS NOT TRUE THEN 'target' ELSE 'issued' END AS "outcome",
        r."signingAlgorithm",
        $8::timestamptz + COALESCE(r."accessTokenExpiresIn", $11::integer) * interval '1 second' AS "accessTokenExpiresAt"
      FROM held LEFT JOIN client c ON true LEFT JOIN ${table('oauthResource')} r ON r."identifier" = $3
    ), used_once AS (
      INSERT INTO ${table('oauthReplay')} ("hash", "expiresAt")
      SELECT $12::text, $13::timestamptz FROM seen WHERE "outcome" = 'issued' AND ${HELD}
      ON CONFLICT DO NOTHING RETURNING "hash"
    ), ${documentClient(
      table,
      { from: 'used_once', clientId: '$1', document: '$14', now: '$8' },
      'kept',
    )}, granted AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "userId", "resource", "scopes", "refreshable",
        "authenticatedAt", "amr", "acr", "createdAt", "expiresAt", "lastUsedAt", "keyThumbprint")
      SELECT gen_random_uuid(), $1, $2, $3, $4::text[], false, $5::timestamptz, $6::text[], $7, $8,
        s."accessTokenExpiresAt", $8, $15
      FROM seen s, used_once RETURNING "id"
    ), issued AS (
      INSERT INTO ${table('oauthAccessToken')} (${TOKEN_COLUMNS})
      SELECT $9::uuid, $10, NULL, s."accessTokenExpiresAt", NULL, $1, $8, $8, g."id" FROM seen s, granted g
      RETURNING "grantId", "statusIndex"::double precision AS "statusIndex"
    )
    SELECT CASE WHEN s."outcome" = 'issued' AND i."grantId" IS NULL THEN 'replayed' ELSE s."outcome" END AS "outcome",
      s."signingAlgorithm", s."accessTokenExpiresAt", i."grantId", i."statusIndex"
    FROM seen s LEFT JOIN issued i ON true`,
  );

  /** Takes the assertion once, and records grant and token, in one statement. */
  async insert(grant: AssertedGrant): Promise<IssuedToken | AssertedRefusal | null> {
    const { userId, client, resource, scopes, authenticatedAt, amr, acr, use, keyThumbprint, token } = grant;
    const row = await this.database.one<IssuedToken | AssertedRefusal>(this.insertGrant, [
      client.clientId,
      userId,
      resource,
      scopes,
      authenticatedAt,
      amr,
      acr,
      token.now,
      token.rowId,
      token.tokenId,
      token.accessTokenLifetime,
      use.hash,
      use.forgottenAt,
      client.source === 'document' ? client : null,
      keyThumbprint,
    ]);
    if (row?.outcome !== 'issued') return row;
    return { ...row, clientId: client.clientId, resource, userId, authenticatedAt };
  }
}

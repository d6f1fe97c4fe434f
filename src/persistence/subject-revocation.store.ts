import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from './database.js';
import { endedGrants, lineage } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
import { HELD, heldToRevoke } from './grant-lock.js';

/** Which grants: all of them, less what each list that is given leaves out. */
export interface GrantSelection {
  /** Of these people. */
  userIds?: readonly string[];
  /** Of these clients. */
  clientIds?: readonly string[];
  /** Identifiers. */
  resources?: readonly string[];
}

/** When something is taken back, up to when what was issued before is dead, and when the last of it has expired. */
export interface RevocationTimes {
  now: Date;
  issuedBefore: Date;
  lastTokenExpiresAt: Date;
}

/** Ends all grants of a person or a client at once, or the access tokens of many grants. */
@Injectable()
export class SubjectRevocationStore {
  constructor(private readonly database: Database) {}

  // Consent goes with the grants: who is revoked is asked again. Each grant gets a line too, dead to its end: a token that is being issued for it at this moment is covered.
  private readonly revokeUser = this.database.statement(
    'revoke-user',
    (table) => `
    WITH RECURSIVE ${heldToRevoke({ userId: '$1' })}, ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "userId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} WHERE "userId" = $1 AND ${HELD}
    ), fed_subject AS (${feedRows(table, `SELECT 'user', $1, $2::timestamptz, $3::timestamptz`)})
    SELECT "id" FROM ended`,
  );

  private readonly revokeClient = this.database.statement(
    'revoke-client',
    (table) => `
    WITH RECURSIVE ${heldToRevoke({ clientId: '$1' })}, ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} WHERE "clientId" = $1 AND ${HELD}
    ), disabled AS (
      UPDATE ${table('oauthApplication')} SET "disabled" = true, "updatedAt" = $2, "blockedAt" = $2, "blockedBy" = $6
      WHERE "clientId" = $1 AND $4::boolean AND ${HELD} RETURNING 1
    ), noted AS (
      INSERT INTO ${table('oauthApplication')} ("id", "clientId", "source", "redirectUrls", "grantTypes",
        "tokenEndpointAuthMethod", "type", "disabled", "blockedAt", "blockedBy", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), $1, 'document', '{}', '{}', 'none', 'web', true, $2, $6, $2, $2
      WHERE $4::boolean AND $5::boolean AND NOT EXISTS (SELECT 1 FROM disabled)
      ON CONFLICT ("clientId") DO UPDATE SET "disabled" = true, "blockedAt" = $2, "blockedBy" = $6
    ), fed_subject AS (${feedRows(table, `SELECT 'client', $1, $7::timestamptz, $3::timestamptz`)})
    SELECT "id" FROM ended`,
  );

  private readonly expireTokens = this.database.statement(
    'revoke-tokens',
    (table) => `
    WITH RECURSIVE ${lineage(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "revokedAt" IS NULL AND "expiresAt" > $1 AND ($4::text[] IS NULL OR "userId" = ANY($4))
        AND ($5::text[] IS NULL OR "clientId" = ANY($5)) AND ($6::text[] IS NULL OR "resource" = ANY($6))`,
    )}, ended AS (
      UPDATE ${table('oauthAccessToken')} SET "revokedAt" = $1
      WHERE "grantId" IN (SELECT "id" FROM lineage) AND "accessTokenExpiresAt" > $1 AND "revokedAt" IS NULL
    ), fed AS (${feedRows(
      table,
      `SELECT 'grant', "id"::text, $2::timestamptz, $3::timestamptz FROM lineage
      UNION ALL SELECT 'policy', '', $2, $3`,
    )})
    SELECT count(*)::integer AS "grants" FROM lineage`,
  );

  /** Ends what was issued to these grants, and says that the policy has changed. How many grants there are. */
  async tokens(
    { userIds, clientIds, resources }: GrantSelection,
    times: RevocationTimes,
    transaction?: Transaction,
  ): Promise<number> {
    const { now, issuedBefore, lastTokenExpiresAt } = times;
    const selection = [userIds ?? null, clientIds ?? null, resources ?? null];
    const [row] = await this.database.rows<{ grants: number }>(
      this.expireTokens,
      [now, issuedBefore, lastTokenExpiresAt, ...selection],
      transaction,
    );
    return row?.grants ?? 0;
  }

  /** Ids of the grants that were ended. */
  async user(
    userId: string,
    now: Date,
    lastTokenExpiresAt: Date,
    transaction?: Transaction,
  ): Promise<string[]> {
    return this.twice(this.revokeUser, [userId, now, lastTokenExpiresAt], transaction);
  }

  /** Ids of the grants that were ended. A metadata-document client that is disabled gets a row, if it has none. */
  async client(
    clientId: string,
    { disable, by }: { disable: boolean; by: string | null },
    { now, issuedBefore, lastTokenExpiresAt }: RevocationTimes,
    transaction?: Transaction,
  ): Promise<string[]> {
    const isUrl = /^https?:\/\//.test(clientId);
    const values = [clientId, now, lastTokenExpiresAt, disable, isUrl, by, issuedBefore];
    return this.twice(this.revokeClient, values, transaction);
  }

  /** A second look finds what was granted in the same moment, for which the first has waited. */
  private async twice(statement: Statement, values: unknown[], transaction?: Transaction): Promise<string[]> {
    const look = () => this.database.rows<{ id: string }>(statement, values, transaction);
    const ended = [...(await look()), ...(await look())];
    return ended.map(({ id }) => id);
  }
}

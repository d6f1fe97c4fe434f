import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { endedGrants } from './delegated-grants.js';
import { feedRows } from './feed-rows.js';
import { HELD, heldToRevoke } from './grant-lock.js';
import type { GrantSelection } from './subject-revocation.store.js';

/** When what is revoked was made, when that happens, and when the last token of a dead grant has expired. */
export interface BulkTimes {
  before: Date;
  now: Date;
  lastTokenExpiresAt: Date;
}

const SELECTED = `($4::text[] IS NULL OR "userId" = ANY($4)) AND ($5::text[] IS NULL OR "clientId" = ANY($5))
        AND ($6::text[] IS NULL OR "resource" = ANY($6))`;

/** Ends what was made before a time. */
@Injectable()
export class BulkRevocationStore {
  constructor(private readonly database: Database) {}

  // A grant that the database does not know, since it is a restored one, had tokens as well: where one kind of subject is
  // named, or none, they are refused by that subject.
  private readonly revokeBefore = this.database.statement(
    'revoke-before',
    (table) => `
    WITH RECURSIVE ${heldToRevoke('everybody')}, ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "createdAt" < $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 AND ${SELECTED} AND ${HELD}`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} WHERE "updatedAt" < $1 AND ${SELECTED} AND ${HELD}
    ), fed_subjects AS (${feedRows(
      table,
      `SELECT 'resource', "identifier", $1, $3 FROM ${table('oauthResource')}
        WHERE $4 IS NULL AND $5 IS NULL AND ($6 IS NULL OR "identifier" = ANY($6))
      UNION ALL SELECT 'user', u, $1, $3 FROM unnest($4) u WHERE $5 IS NULL AND $6 IS NULL
      UNION ALL SELECT 'client', c, $1, $3 FROM unnest($5) c WHERE $4 IS NULL AND $6 IS NULL`,
    )})
    SELECT count(*)::integer AS "grants" FROM ended`,
  );

  /** How many grants were ended. */
  async before(
    { before, now, lastTokenExpiresAt }: BulkTimes,
    { userIds, clientIds, resources }: GrantSelection,
    transaction?: Transaction,
  ): Promise<number> {
    const values = [before, now, lastTokenExpiresAt, userIds ?? null, clientIds ?? null, resources ?? null];
    // The second look finds what was granted in the same moment, for which the first has waited.
    const look = () => this.database.one<{ grants: number }>(this.revokeBefore, values, transaction);
    return ((await look())?.grants ?? 0) + ((await look())?.grants ?? 0);
  }
}

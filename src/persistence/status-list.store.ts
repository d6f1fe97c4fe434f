import { Injectable } from '@nestjs/common';
import { STATUS_LIST_SIZE } from '../oauth/status-list.js';
import { Database } from './database.js';
import { grantLives } from './delegated-grants.js';

export interface StatusListContent {
  /** Places in the list whose tokens were taken back and have not expired. */
  revoked: number[];
  /** The highest number of a list that has begun. */
  lastList: number;
}

/** The status of access tokens, list by list. One whose grant or client is gone was taken back with it. */
@Injectable()
export class StatusListStore {
  constructor(private readonly database: Database) {}

  private readonly selectRevoked = this.database.statement(
    'status-list',
    (table) => `
    SELECT ARRAY(
        SELECT (t."statusIndex" - $1::bigint)::integer FROM ${table('oauthAccessToken')} t
        LEFT JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
        LEFT JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
        LEFT JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
        WHERE t."statusIndex" >= $1 AND t."statusIndex" < $1::bigint + ${STATUS_LIST_SIZE}
          AND t."accessTokenExpiresAt" > $2
          AND (t."revokedAt" IS NOT NULL OR g."revokedAt" IS NOT NULL OR a."disabled" IS NOT FALSE OR r."enabled" IS NOT TRUE
            OR (g."rootGrantId" IS NOT NULL AND NOT ${grantLives(table, 'g', '$2')}))
      ) AS "revoked",
      (SELECT COALESCE(max("statusIndex"), 0) / ${STATUS_LIST_SIZE} FROM ${table('oauthAccessToken')})::integer
        AS "lastList"`,
  );

  async read(list: number, now: Date): Promise<StatusListContent> {
    const content = await this.database.one<StatusListContent>(this.selectRevoked, [
      list * STATUS_LIST_SIZE,
      now,
    ]);
    return content ?? { revoked: [], lastList: 0 };
  }
}

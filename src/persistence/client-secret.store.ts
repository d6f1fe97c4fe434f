import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import { HELD, heldToRevoke } from './grant-lock.js';

export interface SecretRotation {
  clientId: string;
  secretHash: string;
  now: Date;
  /** When the secret that is replaced stops working. */
  previousExpiresAt: Date;
  /** Null for never. */
  expiresAt: Date | null;
}

const heardBy = (now: Date) => new Date(now.getTime() + CHANGE_LIFETIME);

/**
 * What an administrator changes about a client; the feed says so. A transaction may go on to revoke what the client has:
 * the lock for that comes before its row, as with whoever grants.
 */
@Injectable()
export class ClientSecretStore {
  constructor(private readonly database: Database) {}

  private readonly rotateSecret = this.database.statement(
    'client-secret-rotate',
    (table) => `
    WITH ${heldToRevoke({ clientId: '$1' })}, rotated AS (
      UPDATE ${table('oauthApplication')} SET "previousSecret" = "clientSecret",
        "previousSecretExpiresAt" = LEAST($3::timestamptz, "secretExpiresAt"),
        "clientSecret" = $2, "secretExpiresAt" = $4, "updatedAt" = $5
      WHERE "clientId" = $1 AND "clientSecret" IS NOT NULL AND "source" <> 'static' AND ${HELD}
      RETURNING "clientId"
    ), fed AS (
      ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $6::timestamptz FROM rotated`)}
    )
    SELECT "clientId" FROM rotated`,
  );

  private readonly enableClient = this.database.statement(
    'client-enable',
    (table) => `
    WITH ${heldToRevoke({ clientId: '$1' })}, enabled AS (
      UPDATE ${table('oauthApplication')} SET "disabled" = false, "blockedAt" = NULL, "blockedBy" = NULL,
        "updatedAt" = $2
      WHERE "clientId" = $1 AND "disabled" AND ${HELD} RETURNING "clientId"
    )
    ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM enabled`)}`,
  );

  /** False for a client that has no secret to rotate. */
  async rotate(
    { clientId, secretHash, now, previousExpiresAt, expiresAt }: SecretRotation,
    transaction?: Transaction,
  ): Promise<boolean> {
    const values = [clientId, secretHash, previousExpiresAt, expiresAt, now, heardBy(now)];
    return (await this.database.one(this.rotateSecret, values, transaction)) !== null;
  }

  async enable(clientId: string, now: Date, transaction?: Transaction): Promise<void> {
    await this.database.rows(this.enableClient, [clientId, now, heardBy(now)], transaction);
  }
}

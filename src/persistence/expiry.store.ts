import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { type PageRange, type WalkedPages, walkedPages } from './page-walk.js';

/** Milliseconds for which it is known what a person answered: an hour. */
const ANSWER_MEMORY = 3_600_000;

/** Milliseconds for which a device that asks too late hears why. */
const DEVICE_MEMORY = 600_000;

/** Authorizations under way that nobody has signed in for, pushed ones, and devices that wait: whatever strangers send, no more are kept. */
const MOST_INTERACTIONS = 100_000;
/** Of those beyond, so many are forgotten in a round: there may be a flood of them. */
const SURPLUS = 20_000;

/** Deletes what expired without ever mattering: interactions nobody finished, codes nobody redeemed, uses of assertions. */
@Injectable()
export class ExpiryStore {
  constructor(private readonly database: Database) {}

  private readonly deleteInteractions = this.database.statement(
    'interaction-prune',
    (table) => `
    DELETE FROM ${table('oauthInteraction')} WHERE "id" = ANY (ARRAY(
      SELECT "id" FROM ${table('oauthInteraction')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
    OR "id" = ANY (ARRAY(
      SELECT "id" FROM ${table('oauthInteraction')} WHERE "accountId" IS NULL
      ORDER BY "expiresAt" DESC OFFSET $3 LIMIT $4))`,
  );

  private readonly deletePushed = this.database.statement(
    'pushed-request-prune',
    (table) => `
    DELETE FROM ${table('oauthPushedRequest')} WHERE "hash" = ANY (ARRAY(
      SELECT "hash" FROM ${table('oauthPushedRequest')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
    OR "hash" = ANY (ARRAY(
      SELECT "hash" FROM ${table('oauthPushedRequest')} WHERE "interactionId" IS NULL
      ORDER BY "expiresAt" DESC OFFSET $3 LIMIT $4))`,
  );

  private readonly deleteDevices = this.database.statement(
    'device-prune',
    (table) => `
    DELETE FROM ${table('oauthDeviceCode')} WHERE "hash" = ANY (ARRAY(
      SELECT "hash" FROM ${table('oauthDeviceCode')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
    OR "hash" = ANY (ARRAY(
      SELECT "hash" FROM ${table('oauthDeviceCode')} WHERE "answer" IS NULL
      ORDER BY "expiresAt" DESC OFFSET $3 LIMIT $4))`,
  );

  // A consumed code stays as long as a grant may live, so that a late replay is still seen.
  private readonly deleteCodes = this.database.statement(
    'code-prune',
    (table) => `
    WITH deleted AS (
      DELETE FROM ${table('oauthAuthorizationCode')} WHERE "ctid" >= $1::tid AND "ctid" < $2::tid
        AND (("expiresAt" < $3 AND "consumedAt" IS NULL) OR "expiresAt" < $4)
      RETURNING "hash"
    )
    ${walkedPages(table('oauthAuthorizationCode'))}`,
  );

  private readonly deleteAnswers = this.database.statement(
    'interaction-answer-prune',
    (table) => `
    DELETE FROM ${table('oauthInteractionAnswer')} WHERE "interactionId" = ANY (ARRAY(
      SELECT "interactionId" FROM ${table('oauthInteractionAnswer')}
      WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  );

  private readonly deleteReplays = this.database.statement(
    'replay-prune',
    (table) => `
    DELETE FROM ${table('oauthReplay')} WHERE "hash" = ANY (ARRAY(
      SELECT "hash" FROM ${table('oauthReplay')} WHERE "expiresAt" < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  );

  async prune(expiredBefore: Date, limit: number): Promise<void> {
    await this.database.rows(this.deleteInteractions, [expiredBefore, limit, MOST_INTERACTIONS, SURPLUS]);
    await this.database.rows(this.deletePushed, [expiredBefore, limit, MOST_INTERACTIONS, SURPLUS]);
    const devicesBefore = new Date(expiredBefore.getTime() - DEVICE_MEMORY);
    await this.database.rows(this.deleteDevices, [devicesBefore, limit, MOST_INTERACTIONS, SURPLUS]);
    await this.database.rows(this.deleteReplays, [expiredBefore, limit]);
    // For a while longer, whoever comes back is told what they answered.
    await this.database.rows(this.deleteAnswers, [new Date(expiredBefore.getTime() - ANSWER_MEMORY), limit]);
  }

  /**
   * Deletes the codes in these pages that nobody redeemed in time, and those that are older than any grant.
   * @param forgottenBefore codes that expired before have no grant any more.
   */
  pruneCodes(range: PageRange, expiredBefore: Date, forgottenBefore: Date): Promise<WalkedPages | null> {
    return this.database.one(this.deleteCodes, [range.from, range.until, expiredBefore, forgottenBefore]);
  }
}

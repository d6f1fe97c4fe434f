import { Injectable } from '@nestjs/common';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { Database } from './database.js';

/** An authorization request under way, as it is stored. */
export interface StoredInteraction {
  id: string;
  request: AuthorizationRequest;
  accountId: string | null;
  authenticatedAt: Date | null;
  createdAt: Date;
}

@Injectable()
export class InteractionStore {
  constructor(private readonly database: Database) {}

  private readonly insertInteraction = this.database.statement(
    'interaction-insert',
    (table) => `
    INSERT INTO ${table('oauthInteraction')} ("id", "browserHash", "request", "accountId", "authenticatedAt",
      "createdAt", "expiresAt")
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  );

  private readonly selectInteraction = this.database.statement(
    'interaction-find',
    (table) => `
    SELECT "id", "request", "accountId", "authenticatedAt", "createdAt" FROM ${table('oauthInteraction')}
    WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $3`,
  );

  private readonly selectOfBrowser = this.database.statement(
    'interaction-of-browser',
    (table) => `
    SELECT "id", "request", "accountId", "authenticatedAt", "createdAt" FROM ${table('oauthInteraction')}
    WHERE "browserHash" = $1 AND "expiresAt" > $2 LIMIT 2`,
  );

  private readonly bindAccount = this.database.statement(
    'interaction-bind',
    (table) => `
    UPDATE ${table('oauthInteraction')} SET "accountId" = $3, "authenticatedAt" = $4
    WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $5 RETURNING "id"`,
  );

  private readonly deleteInteraction = this.database.statement(
    'interaction-delete',
    (table) => `
    DELETE FROM ${table('oauthInteraction')} WHERE "id" = $1 AND "browserHash" = $2 RETURNING "id"`,
  );

  async insert(interaction: StoredInteraction, browserHash: string, expiresAt: Date): Promise<void> {
    const { id, request, accountId, authenticatedAt, createdAt } = interaction;
    await this.database.rows(this.insertInteraction, [
      id,
      browserHash,
      request,
      accountId,
      authenticatedAt,
      createdAt,
      expiresAt,
    ]);
  }

  find(id: string, browserHash: string, now: Date): Promise<StoredInteraction | null> {
    return this.database.one(this.selectInteraction, [id, browserHash, now]);
  }

  /** The browser's interaction when it has exactly one under way. */
  async findOnly(browserHash: string, now: Date): Promise<StoredInteraction | null> {
    const [first, second] = await this.database.rows<StoredInteraction>(this.selectOfBrowser, [
      browserHash,
      now,
    ]);
    return first && !second ? first : null;
  }

  /** Puts a signed-in person behind the interaction; false when it is gone. */
  async bind(
    id: string,
    browserHash: string,
    account: { accountId: string; authenticatedAt: Date } | null,
    now: Date,
  ): Promise<boolean> {
    const values = [id, browserHash, account?.accountId ?? null, account?.authenticatedAt ?? null, now];
    return (await this.database.one(this.bindAccount, values)) !== null;
  }

  /** Ends the interaction; false when it was ended before. */
  async delete(id: string, browserHash: string): Promise<boolean> {
    return (await this.database.one(this.deleteInteraction, [id, browserHash])) !== null;
  }
}

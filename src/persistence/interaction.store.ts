import { Injectable } from '@nestjs/common';
import type { AuthorizationRequest } from '../oauth/authorization-request.js';
import { Database } from './database.js';
import { answeredDevice, deviceAnswered } from './answered-device.js';

/** What the host said of a sign-in: see `OAuthGrant`. */
export interface SignInFacts {
  sid: string | null;
  amr: readonly string[] | null;
  acr: string | null;
}

/** An authorization request under way, as it is stored. */
export interface StoredInteraction extends SignInFacts {
  id: string;
  request: AuthorizationRequest;
  accountId: string | null;
  authenticatedAt: Date | null;
  createdAt: Date;
}

/** A person who has just signed in. */
export interface BoundAccount extends SignInFacts {
  accountId: string;
  authenticatedAt: Date;
}

/** Where an answer sends the browser, readable for that browser alone. */
export interface SealedAnswer {
  /** SHA-256 in base64url of what was sent; empty where nothing had to be. */
  formHash: string;
  sealedRedirect: Buffer;
  expiresAt: Date;
}

export interface StoredAnswer {
  formHash: string;
  sealedRedirect: Buffer;
  allowed: boolean;
  /** Whether the browser may still be sent there: its code was not redeemed, and the time is not over. */
  lives: boolean;
}

const COLUMNS = `"id", "request", "accountId", "authenticatedAt", "sid", "amr", "acr", "createdAt"`;

@Injectable()
export class InteractionStore {
  constructor(private readonly database: Database) {}

  private readonly insertInteraction = this.database.statement(
    'interaction-insert',
    (table) => `
    WITH pushed AS (
      UPDATE ${table('oauthPushedRequest')} SET "interactionId" = $1::uuid, "browserHash" = $2, "expiresAt" = $7
      WHERE "hash" = $8 AND "interactionId" IS NULL AND "expiresAt" > $6 RETURNING "hash"
    )
    INSERT INTO ${table('oauthInteraction')} ("id", "browserHash", "request", "accountId", "authenticatedAt",
      "createdAt", "expiresAt")
    SELECT $1::uuid, $2::text, $3::jsonb, $4::text, $5::timestamptz, $6::timestamptz, $7::timestamptz
    WHERE $8::text IS NULL OR EXISTS (SELECT 1 FROM pushed) RETURNING "id"`,
  );

  private readonly selectInteraction = this.database.statement(
    'interaction-find',
    (table) => `
    SELECT ${COLUMNS} FROM ${table('oauthInteraction')}
    WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $3`,
  );

  private readonly selectOfBrowser = this.database.statement(
    'interaction-of-browser',
    (table) => `
    SELECT ${COLUMNS} FROM ${table('oauthInteraction')}
    WHERE "browserHash" = $1 AND "expiresAt" > $2 LIMIT 2`,
  );

  private readonly bindAccount = this.database.statement(
    'interaction-bind',
    (table) => `
    UPDATE ${table('oauthInteraction')} SET "accountId" = $3, "authenticatedAt" = $4, "sid" = $6,
      "amr" = $7, "acr" = $8
    WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $5 RETURNING "id"`,
  );

  private readonly denyInteraction = this.database.statement(
    'interaction-deny',
    (table) => `
    WITH ${answeredDevice(table, { hash: '$6', answer: 'denied', now: '$7', expiresAt: '$7' })}, ended AS (
      DELETE FROM ${table('oauthInteraction')}
      WHERE "id" = $1 AND "browserHash" = $2 AND ${deviceAnswered('$6')} RETURNING "id"
    )
    INSERT INTO ${table('oauthInteractionAnswer')} ("interactionId", "formHash", "sealedRedirect", "expiresAt")
    SELECT "id", $3, $4, $5 FROM ended RETURNING "interactionId"`,
  );

  private readonly selectAnswer = this.database.statement(
    'interaction-answer',
    (table) => `
    SELECT a."formHash", a."sealedRedirect", a."codeHash" IS NOT NULL AS "allowed", a."sealFormat" = 1 AND a."expiresAt" > $2
        AND (a."codeHash" IS NULL OR EXISTS (SELECT 1 FROM ${table('oauthAuthorizationCode')} c
          WHERE c."hash" = a."codeHash" AND c."consumedAt" IS NULL)) AS "lives"
    FROM ${table('oauthInteractionAnswer')} a WHERE a."interactionId" = $1`,
  );

  /**
   * @param pushedHash of the pushed request that it is made of, and that is used up by it; null for none.
   * False, and nothing is stored, when that was used before or its time is over.
   */
  async insert(
    interaction: StoredInteraction,
    browserHash: string,
    expiresAt: Date,
    pushedHash: string | null,
  ): Promise<boolean> {
    const { id, request, accountId, authenticatedAt, createdAt } = interaction;
    const inserted = await this.database.one(this.insertInteraction, [
      id,
      browserHash,
      request,
      accountId,
      authenticatedAt,
      createdAt,
      expiresAt,
      pushedHash,
    ]);
    return inserted !== null;
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
  async bind(id: string, browserHash: string, account: BoundAccount, now: Date): Promise<boolean> {
    const { accountId, authenticatedAt, sid, amr, acr } = account;
    const values = [id, browserHash, accountId, authenticatedAt, now, sid, amr, acr];
    return (await this.database.one(this.bindAccount, values)) !== null;
  }

  /**
   * Ends the interaction with a no, for the device that it is of, too; false when one of them was ended before.
   * @param deviceHash null for an interaction that is of none.
   */
  async deny(
    id: string,
    browserHash: string,
    answer: SealedAnswer,
    { deviceHash, now }: { deviceHash: string | null; now: Date },
  ): Promise<boolean> {
    const { formHash, sealedRedirect, expiresAt } = answer;
    const values = [id, browserHash, formHash, sealedRedirect, expiresAt, deviceHash, now];
    return (await this.database.one(this.denyInteraction, values)) !== null;
  }

  /** How an interaction was answered a short while ago; null for one that was not. */
  answer(id: string, now: Date): Promise<StoredAnswer | null> {
    return this.database.one(this.selectAnswer, [id, now]);
  }
}

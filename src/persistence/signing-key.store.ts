import { Injectable } from '@nestjs/common';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { Database } from './database.js';
import { feedRows } from './feed-rows.js';

export interface SealedSigningKey {
  kid: string;
  alg: SigningAlgorithm;
  sealedPrivateKey: Buffer;
}

export interface StoredSigningKey extends SealedSigningKey {
  /** Counts up with every rotation of the algorithm's key. */
  generation: number;
  /** From when it signs. */
  activatesAt: Date;
  /** When the last token it may have signed is dead; null as long as it has no successor. */
  expiresAt: Date | null;
  /** In which form it is sealed. */
  sealFormat: number;
}

/** A generation about to be stored. */
export interface NewGeneration {
  generation: number;
  createdAt: Date;
  activatesAt: Date;
  /** Until when the generation before it is still needed. */
  predecessorExpiresAt: Date;
}

@Injectable()
export class SigningKeyStore {
  constructor(private readonly database: Database) {}

  // Two replicas that make the same generation at once agree on the one that was first.
  private readonly insertKey = this.database.statement(
    'signing-key-insert',
    (table) => `
    WITH born AS (
      INSERT INTO ${table('signingKey')} ("kid", "alg", "generation", "sealedPrivateKey", "createdAt", "activatesAt")
      SELECT $1, $2, $3::integer, $4::bytea, $5::timestamptz, $6::timestamptz
      WHERE NOT EXISTS (SELECT 1 FROM ${table('signingKey')} WHERE "alg" = $2 AND "generation" >= $3)
      ON CONFLICT ("alg", "generation") DO NOTHING RETURNING 1
    )
    UPDATE ${table('signingKey')} SET "expiresAt" = $7
    WHERE "alg" = $2 AND "generation" = $3 - 1 AND EXISTS (SELECT 1 FROM born)`,
  );

  private readonly replaceKeys = this.database.statement(
    'signing-key-replace',
    (table) => `
    WITH born AS (
      INSERT INTO ${table('signingKey')} ("kid", "alg", "generation", "sealedPrivateKey", "createdAt", "activatesAt")
      SELECT $1, $2, COALESCE(MAX("generation"), 0) + 1, $3::bytea, $4::timestamptz, $4::timestamptz
      FROM ${table('signingKey')} WHERE "alg" = $2
      ON CONFLICT ("alg", "generation") DO NOTHING RETURNING "generation"
    ), gone AS (
      DELETE FROM ${table('signingKey')} k USING born b
      WHERE k."alg" = $2 AND k."generation" < b."generation" RETURNING k."kid"
    ), fed AS (
      ${feedRows(table, `SELECT 'key', "kid", $4::timestamptz, $5::timestamptz FROM gone`)}
    )
    SELECT ARRAY(SELECT "kid" FROM gone) AS "withdrawn" FROM born`,
  );

  private readonly endKey = this.database.statement(
    'signing-key-end',
    (table) => `
    UPDATE ${table('signingKey')} SET "expiresAt" = $2 WHERE "kid" = $1 AND "expiresAt" IS NULL`,
  );

  private readonly updateSeal = this.database.statement(
    'signing-key-reseal',
    (table) => `
    UPDATE ${table('signingKey')} SET "sealedPrivateKey" = $3 WHERE "kid" = $1 AND "sealedPrivateKey" = $2`,
  );

  private readonly deleteExpired = this.database.statement(
    'signing-key-prune',
    (table) => `DELETE FROM ${table('signingKey')} WHERE "expiresAt" <= $1`,
  );

  private readonly selectKeys = this.database.statement(
    'signing-key-list',
    (table) => `
    SELECT "kid", "alg", "generation", "sealedPrivateKey", "activatesAt", "expiresAt", "sealFormat"
    FROM ${table('signingKey')} ORDER BY "alg", "generation" DESC`,
  );

  /** All keys, the newest of each algorithm first. */
  list(): Promise<StoredSigningKey[]> {
    return this.database.rows(this.selectKeys, []);
  }

  /** Stores a generation and says when its predecessor ends; changes nothing when there is one like it or a later one. */
  async insert({ kid, alg, sealedPrivateKey }: SealedSigningKey, next: NewGeneration): Promise<void> {
    await this.database.rows(this.insertKey, [
      kid,
      alg,
      next.generation,
      sealedPrivateKey,
      next.createdAt,
      next.activatesAt,
      next.predecessorExpiresAt,
    ]);
  }

  /**
   * Stores a key that signs at once, deletes all others of its algorithm, and revokes what they signed; their ids.
   * Null, with nothing changed, when another replica stored a generation at the same moment.
   */
  async replace(
    { kid, alg, sealedPrivateKey }: SealedSigningKey,
    now: Date,
    lastTokenExpiresAt: Date,
  ): Promise<string[] | null> {
    const values = [kid, alg, sealedPrivateKey, now, lastTokenExpiresAt];
    const row = await this.database.one<{ withdrawn: string[] }>(this.replaceKeys, values);
    return row?.withdrawn ?? null;
  }

  /** Says when a key ends that gets no successor. */
  async end(kid: string, expiresAt: Date): Promise<void> {
    await this.database.rows(this.endKey, [kid, expiresAt]);
  }

  /** Changes nothing when another replica was faster. */
  async reseal({ kid, sealedPrivateKey }: SealedSigningKey, resealed: Buffer): Promise<void> {
    await this.database.rows(this.updateSeal, [kid, sealedPrivateKey, resealed]);
  }

  async prune(expiredBefore: Date): Promise<void> {
    await this.database.rows(this.deleteExpired, [expiredBefore]);
  }
}

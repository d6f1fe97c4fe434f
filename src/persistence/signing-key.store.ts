import type { Database } from './database.js';

export interface StoredSigningKey {
  kid: string;
  alg: string;
  sealedPrivateKey: Buffer;
  createdAt: Date;
}

export class SigningKeyStore {
  constructor(private readonly database: Database) {}

  // Two replicas that generate the same generation at once agree on the one that was first.
  private readonly insertKey = this.database.statement(
    'signing-key-insert',
    (table) => `
    INSERT INTO ${table('signingKey')} ("kid", "alg", "generation", "sealedPrivateKey", "createdAt")
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("alg", "generation") DO NOTHING`,
  );

  private readonly selectKeys = this.database.statement(
    'signing-key-list',
    (table) => `
    SELECT "kid", "alg", "sealedPrivateKey", "createdAt" FROM ${table('signingKey')} ORDER BY "generation" DESC`,
  );

  /** All keys, the newest of each algorithm first. */
  list(): Promise<StoredSigningKey[]> {
    return this.database.rows(this.selectKeys, []);
  }

  async insert(key: StoredSigningKey, generation: number): Promise<void> {
    const { kid, alg, sealedPrivateKey, createdAt } = key;
    await this.database.rows(this.insertKey, [kid, alg, generation, sealedPrivateKey, createdAt]);
  }
}

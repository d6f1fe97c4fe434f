import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** An authorization request that was pushed. */
export interface NewPushedRequest {
  /** SHA-256 of the random part of its `request_uri`, in base64url. */
  hash: string;
  clientId: string;
  /** As they came; undefined ones are left out. */
  parameters: Readonly<Record<string, string | undefined>>;
  expiresAt: Date;
}

export interface PushedRequest {
  clientId: string;
  parameters: Readonly<Record<string, string>>;
  /** What it has become, and in which browser; null until then. */
  interactionId: string | null;
  browserHash: string | null;
}

/** Pushed authorization requests. The statement that makes an interaction of one uses it up. */
@Injectable()
export class PushedRequestStore {
  constructor(private readonly database: Database) {}

  private readonly insertRequest = this.database.statement(
    'pushed-request-insert',
    (table) => `
    INSERT INTO ${table('oauthPushedRequest')} ("hash", "clientId", "parameters", "expiresAt")
    VALUES ($1, $2, $3, $4)`,
  );

  private readonly selectRequest = this.database.statement(
    'pushed-request-find',
    (table) => `
    SELECT "clientId", "parameters", "interactionId", "browserHash" FROM ${table('oauthPushedRequest')}
    WHERE "hash" = $1 AND "expiresAt" > $2`,
  );

  async insert({ hash, clientId, parameters, expiresAt }: NewPushedRequest): Promise<void> {
    await this.database.rows(this.insertRequest, [hash, clientId, parameters, expiresAt]);
  }

  /** Null for one that there is not, or not any more. */
  find(hash: string, now: Date): Promise<PushedRequest | null> {
    return this.database.one(this.selectRequest, [hash, now]);
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** Whose database it is: that of one issuer, the first that wrote anything. */
@Injectable()
export class AuthorizationServerStore {
  constructor(private readonly database: Database) {}

  private readonly selectIssuer = this.database.statement(
    'issuer-read',
    (table) => `SELECT "issuer" FROM ${table('authorizationServer')} WHERE "id" = 1`,
  );

  private readonly insertIssuer = this.database.statement(
    'issuer-claim',
    (table) => `
    INSERT INTO ${table('authorizationServer')} ("id", "issuer", "createdAt") VALUES (1, $1, $2)
    ON CONFLICT ("id") DO NOTHING`,
  );

  /** Null as long as it is nobody's. */
  async issuer(): Promise<string | null> {
    return (await this.database.one<{ issuer: string }>(this.selectIssuer, []))?.issuer ?? null;
  }

  /** Makes it this issuer's where it is nobody's. */
  async claim(issuer: string, now: Date): Promise<void> {
    await this.database.rows(this.insertIssuer, [issuer, now]);
  }
}

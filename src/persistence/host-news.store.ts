import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';

/** What the host tells its replicas, in the feed. */
@Injectable()
export class HostNewsStore {
  constructor(private readonly database: Database) {}

  private readonly insert = this.database.statement('host-news', (table) =>
    feedRows(table, `SELECT 'host', $1::text, NULL::timestamptz, $2::timestamptz`),
  );

  async add(subject: string, now: Date, transaction: Transaction): Promise<void> {
    await this.database.rows(this.insert, [subject, new Date(now.getTime() + CHANGE_LIFETIME)], transaction);
  }
}

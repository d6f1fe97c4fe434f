import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';

/** Milliseconds until a lost connection is tried again. */
const RETRY = 1_000;
const CONNECT_TIMEOUT = 5_000;
const CHANNEL = 'mcp_auth_revocation';

/**
 * Says that the revocation feed has grown, on a connection of its own outside the pool (PostgreSQL `LISTEN`).
 * It only wakes: whatever is lost with the connection, the next look at the feed finds.
 */
@Injectable()
export class FeedSignal {
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(private readonly settings: McpAuthSettings) {}

  start(wake: () => void): void {
    this.stopped = false;
    void this.listen(wake);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }

  private async listen(wake: () => void): Promise<void> {
    const { url, schema } = this.settings.database;
    // To the embedded database no other process writes.
    if (url === undefined) return;
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
    });
    this.client = client;
    // 'end' follows every 'error' of an established connection.
    client.on('error', () => undefined);
    client.once('end', () => this.again(wake));
    client.on('notification', ({ payload }) => {
      if (payload === schema) wake();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      // What was written while nobody listened.
      wake();
    } catch {
      await client.end().catch(() => undefined);
      this.again(wake);
    }
  }

  private again(wake: () => void): void {
    if (this.stopped) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.listen(wake), RETRY);
    this.retry.unref();
  }
}

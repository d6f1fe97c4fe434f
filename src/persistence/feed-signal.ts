import { Injectable, Logger } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import {
  type BoundedClient,
  boundedClient,
  CONNECT_DEADLINE,
  endClient,
  isDirect,
} from './bounded-client.js';

/** Milliseconds until a lost connection is tried again. */
const RETRY = 1_000;
/** Milliseconds between two questions to the connection, which says nothing by itself when it is gone. */
const HEARTBEAT = 15_000;
const CHANNEL = 'mcp_auth_revocation';

/**
 * Says that the revocation feed has grown, on a connection of its own outside the pool (PostgreSQL `LISTEN`).
 * It only wakes: whatever is lost with the connection, the next look at the feed finds.
 */
@Injectable()
export class FeedSignal {
  private readonly logger = new Logger(FeedSignal.name);
  private Client: ReturnType<typeof boundedClient> | undefined;
  private client: BoundedClient | undefined;
  private retry: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(private readonly settings: McpAuthSettings) {}

  start(wake: () => void): void {
    this.stopped = false;
    void this.listen(wake);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.heartbeat);
    if (this.client) await endClient(this.client);
  }

  private async listen(wake: () => void): Promise<void> {
    const { url, schema } = this.settings.database;
    // To the embedded database no other process writes.
    if (url === undefined) return;
    // On which a heartbeat has a deadline too.
    const Client = (this.Client ??= boundedClient());
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_DEADLINE,
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
      if (!(await isDirect(client))) return await this.leave(client);
      await client.query(`LISTEN ${CHANNEL}`);
      // What was written while nobody listened.
      wake();
      this.heartbeat = setInterval(() => void client.query('SELECT 1').catch(() => undefined), HEARTBEAT);
      this.heartbeat.unref();
    } catch {
      await endClient(client);
      this.again(wake);
    }
  }

  /** A pooler passes on no notifications. */
  private async leave(client: BoundedClient): Promise<void> {
    this.stopped = true;
    this.logger.log(
      'The database is reached through a pooler: the revocation feed is looked at twice a second.',
    );
    await endClient(client);
  }

  private again(wake: () => void): void {
    clearInterval(this.heartbeat);
    if (this.stopped) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.listen(wake), RETRY);
    this.retry.unref();
  }
}

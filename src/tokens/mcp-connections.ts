import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { isUuid } from '../oauth/uuid.js';
import type { Transaction } from '../persistence/database.js';
import { type Connection, ConnectionStore } from '../persistence/connection.store.js';
import { McpRevocations } from './mcp-revocations.js';

/** The clients that a person has connected: what a host's account page shows, and ends. */
@Injectable()
export class McpConnections {
  constructor(
    private readonly store: ConnectionStore,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {}

  /** Those whose tokens work still, the last used first; 200 at most. */
  ofUser(userId: string): Promise<Connection[]> {
    return this.store.ofUser(userId, new Date(this.clock.now()));
  }

  /**
   * Ends one of a person's; false when it is none of theirs, or over. Every replica refuses its tokens within a second.
   * @param transaction of the host's, on the module's DataSource: the connection ends when it commits.
   */
  async end(userId: string, grantId: string, transaction?: Transaction): Promise<boolean> {
    if (!isUuid(grantId)) return false;
    const connections = await this.store.ofUser(userId, new Date(this.clock.now()), transaction);
    if (!connections.some((connection) => connection.grantId === grantId)) return false;
    await this.revocations.revokeGrant(grantId, transaction);
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
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
   * Ends a person's connection: every grant that they gave its client for its resource, and the consent, so that they
   * are asked anew. False when it is none of theirs, or over. Every replica refuses its tokens within a second.
   * @param grantId of any grant of the connection.
   * @param transaction of the host's, on the module's DataSource: the connection ends when it commits.
   */
  end(userId: string, grantId: string, transaction?: Transaction): Promise<boolean> {
    return this.revocations.endConnection(userId, grantId, transaction);
  }
}

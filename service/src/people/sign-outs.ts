import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { GrantCatalog } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import type { Author } from '../web/author.js';
import { COUNT_LIMIT } from '../web/counted.js';
import { AdministratorChanges } from './administrator-changes.js';
import { Session } from './entities/session.entity.js';
import { livingSessions } from './living-sessions.js';
import { SessionEnds } from './session-ends.js';

const OF_PEOPLE = { ofPeople: true };

/** Sign-in sessions, and what people have connected: how many. */
export interface SignedOut {
  sessions: number;
  /** Null where they live on. */
  connections: number | null;
}

/** Signs everybody out, whoever asks for it too. */
@Injectable()
export class SignOuts {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly changes: AdministratorChanges,
    private readonly ends: SessionEnds,
    private readonly catalog: GrantCatalog,
    private readonly settings: SettingsInForce,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** What there is to end; of connections, one more than `COUNT_LIMIT` where there are more, and of people null then. */
  async count(): Promise<{ sessions: number; people: number | null; connections: number }> {
    const where = livingSessions(this.clock.now(), this.settings.current);
    const [sessions, { grants: connections, people }] = await Promise.all([
      this.dataSource.getRepository(Session).countBy(where),
      this.catalog.count(OF_PEOPLE, COUNT_LIMIT),
    ]);
    return { sessions, connections, people };
  }

  /**
   * Ends every sign-in session. How many lived.
   * @param disconnect also every connection of people, and their consent; service accounts go on.
   */
  everybody(author: Author, disconnect: boolean): Promise<SignedOut> {
    return this.changes.run(author, 'admin:settings', async (manager) => {
      // Sessions come last: pages wait for theirs, and there are many more connections.
      const connections = disconnect ? await this.disconnectAll(manager) : null;
      const sessions = await this.ends.endAll(manager);
      const detail = { sessions, grants: connections };
      await this.audit.commit({ action: 'session.end-all', outcome: 'success', author, detail }, manager);
      return { sessions, connections };
    });
  }

  /** Nobody has chosen these by their number: what is being granted at this moment ends, too. */
  private async disconnectAll(manager: EntityManager): Promise<number> {
    await this.catalog.hold(manager);
    return this.catalog.end(OF_PEOPLE, manager);
  }
}

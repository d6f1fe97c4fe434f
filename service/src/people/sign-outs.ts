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
import { ChangeRefused } from './change-refused.js';
import { Session } from './entities/session.entity.js';
import { livingSessions } from './living-sessions.js';
import { requireSeen, type SeenConnections } from './seen-connections.js';
import { SessionEnds } from './session-ends.js';

const OF_PEOPLE = { ofPeople: true };
/** Milliseconds for which a number that was counted says how many end: as long as a sign-in is fresh. */
const LONGEST_AGE = 600_000;
/** Milliseconds by which clocks of replicas may differ. */
const CLOCK_DIFFERENCE = 30_000;
const TOO_LONG_AGO =
  'These connections were not counted within the last ten minutes. Nothing was ended: count them again first.';

/** Sign-in sessions, and what people have connected: how many. */
export interface SignedOut {
  sessions: number;
  /** Null where they live on. */
  connections: number | null;
}

export interface CountedSignOuts {
  sessions: number;
  /** Of people; one more than `COUNT_LIMIT` where there are more. */
  connections: number;
  /** Who have these; null where they are not counted, since there are many. */
  people: number | null;
  at: Date;
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

  /** What there is to end, and when it was counted: for `seen` of `everybody`. */
  async count(): Promise<CountedSignOuts> {
    const at = new Date(this.clock.now());
    const where = livingSessions(this.clock.now(), this.settings.current);
    const [sessions, { grants: connections, people }] = await Promise.all([
      this.dataSource.getRepository(Session).countBy(where),
      this.catalog.count(OF_PEOPLE, COUNT_LIMIT),
    ]);
    return { sessions, connections, people, at };
  }

  /**
   * Ends every sign-in session. How many lived.
   * @param seen where every connection of people ends besides, and their consent: what whoever decides has counted. What was
   * connected since ends, too; service accounts go on.
   * @throws ChangeRefused when they were more then, or that was long ago; nothing is ended.
   */
  everybody(author: Author, seen: SeenConnections | null): Promise<SignedOut> {
    return this.changes.run(author, 'admin:settings', async (manager) => {
      if (seen) await this.requireCounted(seen);
      // Sessions come last: pages wait for theirs, and there are many more connections.
      const connections = seen ? await this.disconnectAll(manager) : null;
      const sessions = await this.ends.endAll(manager);
      const detail = { sessions, grants: connections };
      await this.audit.commit({ action: 'session.end-all', outcome: 'success', author, detail }, manager);
      return { sessions, connections };
    });
  }

  /**
   * A number of long ago says nothing of how many end: all that were made since would.
   * @throws ChangeRefused
   */
  private async requireCounted(seen: SeenConnections): Promise<void> {
    const age = this.clock.now() - seen.at.getTime();
    const isFresh = age <= LONGEST_AGE && age >= -CLOCK_DIFFERENCE;
    const before = isFresh && { madeBefore: seen.at };
    const { grants } = await this.catalog.count({ ...OF_PEOPLE, ...before }, COUNT_LIMIT);
    if (isFresh) requireSeen(grants, seen);
    else throw new ChangeRefused(TOO_LONG_AGO, { connections: grants });
  }

  /** All of them: what is being granted at this moment ends, too. */
  private async disconnectAll(manager: EntityManager): Promise<number> {
    await this.catalog.hold(manager);
    return this.catalog.end(OF_PEOPLE, manager);
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { SettingsInForce } from '../config/settings-in-force.js';
import { livingSessions } from './living-sessions.js';
import { SessionEnds } from './session-ends.js';
import { Session } from './entities/session.entity.js';

/** Sessions shown at once. */
const MOST_SHOWN = 100;

/** Where a person is signed in. */
@Injectable()
export class OpenSessions {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly ends: SessionEnds,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly settings: SettingsInForce,
  ) {}

  /** The last used first; 100 at most. */
  ofUser(userId: string): Promise<Session[]> {
    return this.sessions.find({
      where: { userId, ...livingSessions(this.clock.now(), this.settings.current) },
      order: { updatedAt: 'DESC', id: 'ASC' },
      take: MOST_SHOWN,
    });
  }

  /** Ends one of a person's; nothing happens for one that is over, or somebody else's. */
  async end(userId: string, sessionId: string): Promise<void> {
    if (!isUUID(sessionId)) return;
    const ended = await this.dataSource.transaction((manager) =>
      this.ends.end({ userId, id: sessionId }, manager),
    );
    if (ended === 1)
      this.audit.record({ action: 'session.end', outcome: 'success', userId, detail: { sessionId } });
  }

  /** @param keep the one that lives on. */
  async endOthers(userId: string, keep: string): Promise<void> {
    const others = { userId, id: Not(keep) };
    const sessions = await this.dataSource.transaction((manager) => this.ends.end(others, manager));
    const detail = { sessions };
    this.audit.record({ action: 'session.end', outcome: 'success', userId, detail });
  }

  private get sessions() {
    return this.dataSource.getRepository(Session);
  }
}

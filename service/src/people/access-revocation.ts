import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, LessThan } from 'typeorm';
import { MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { Invitation } from './entities/invitation.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { SessionEnds } from './session-ends.js';
import { SetupLink } from './entities/setup-link.entity.js';
import { User } from './entities/user.entity.js';
import { Users } from './users.js';

/** Whose access; of everybody where nothing is named. */
export interface AccessSelection {
  /** Emails, ids or subjects. */
  users?: readonly string[];
  clientIds?: readonly string[];
  /** Identifiers. */
  resources?: readonly string[];
}

/** Takes access back that was given before a time: a backup that is restored brings back what had ended since. */
@Injectable()
export class AccessRevocation {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly revocations: McpRevocations,
    private readonly sessions: SessionEnds,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Ends connections with their tokens and consent, and where neither clients nor resources are named, sign-in sessions
   * and links that open an account. How many there were.
   * @throws Error with one sentence for a person that there is not, and for a time to come.
   */
  async before(
    before: Date,
    { users: named, clientIds, resources }: AccessSelection,
  ): Promise<{ grants: number; sessions: number }> {
    const people = named && (await this.find(named));
    const ids = people?.map(({ id }) => id);
    const userIds = people?.map(({ subject }) => subject);
    return this.dataSource.transaction(async (manager) => {
      const selection = { userIds, clientIds, resources };
      const grants = await this.revocations.revokeBefore(before, selection, manager);
      const sessions = clientIds || resources ? 0 : await this.signOut(before, ids, manager);
      const detail = { before: before.toISOString(), by: 'command', grants, sessions, ...selection };
      await this.audit.commit({ action: 'grants.revoke', outcome: 'success', detail }, manager);
      return { grants, sessions };
    });
  }

  private async find(named: readonly string[]): Promise<User[]> {
    const found = await Promise.all(
      named.map(async (name) => {
        const users = await this.users.named(name);
        if (users.length > 0) return users;
        throw new Error(`There is nobody called ${name}: give an email address or an id.`);
      }),
    );
    return found.flat();
  }

  /** Links do not say when they were made: they go whatever the time, and can be made again. */
  private async signOut(
    before: Date,
    ids: readonly string[] | undefined,
    manager: EntityManager,
  ): Promise<number> {
    const own = ids ? { userId: In(ids) } : {};
    const ended = await this.sessions.end({ createdAt: LessThan(before), ...own }, manager);
    if (ids) await manager.getRepository(PasswordLink).delete(own);
    else {
      await manager.getRepository(PasswordLink).deleteAll();
      await manager.getRepository(SetupLink).deleteAll();
      await manager.getRepository(Invitation).delete({ createdAt: LessThan(before) });
    }
    return ended;
  }
}

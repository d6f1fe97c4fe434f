import { HttpStatus, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, McpConnections, McpRevocations } from 'nestjs-mcp-auth';
import { GrantCatalog } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AdminScope } from '../config/admin-scopes.js';
import type { ServiceAction } from '../audit/service-event.js';
import { Identity } from './entities/identity.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { User } from './entities/user.entity.js';
import { type Role, ROLES } from '../web/roles.js';
import type { Author } from '../web/author.js';
import { AdministratorChanges } from './administrator-changes.js';
import { requireSeen, type SeenConnections } from './seen-connections.js';
import { SessionEnds } from './session-ends.js';
import { ChangeRefused } from './change-refused.js';
import { People, type Person } from './people.js';
import type { Expectation } from './person-state.js';
import { normaliseEmail } from './users.js';
import { Refusal } from '../web/refusal.js';
import { TO_PEOPLE } from './to-people.js';

type Detail = Readonly<Record<string, string | number | undefined>>;

/**
 * What an administrator changes about somebody's account, each with its line in the audit or not at all. What the person
 * is then is read in the transaction: after it, it could fail, and say that nothing was done.
 */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly changes: AdministratorChanges,
    private readonly people: People,
    private readonly revocations: McpRevocations,
    private readonly connections: McpConnections,
    private readonly catalog: GrantCatalog,
    private readonly sessions: SessionEnds,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** @throws ChangeRefused when it would leave the service without an administrator. */
  setRole(author: Author, userId: string, role: Role, expected: Expectation): Promise<Person> {
    return this.change(
      author,
      userId,
      async (user, manager) => {
        const before = user.role;
        if (before === role) return;
        await this.changes.confirmOver(author, [before, role], manager);
        if (before === 'administrator') await this.changes.leaveOffice(user, manager);
        await this.update(user, { role }, manager);
        // Whoever holds a cookie of before must not rise with it (OWASP ASVS 7.2.4).
        if (ROLES.indexOf(role) > ROLES.indexOf(before))
          await this.sessions.end({ userId: user.id }, manager);
        await this.note('account.role', author, user, manager, { before, after: role });
      },
      { expected },
    );
  }

  /** Ends everything of an account at once. @throws ChangeRefused when nobody else could administer the service. */
  disable(author: Author, userId: string, expected: Expectation): Promise<Person> {
    return this.change(
      author,
      userId,
      async (user, manager) => {
        if (user.disabledAt) return;
        await this.changes.confirmOver(author, [user.role], manager);
        if (user.role === 'administrator') await this.changes.leaveOffice(user, manager);
        await this.update(user, { disabledAt: new Date(this.clock.now()) }, manager);
        await this.sessions.end({ userId: user.id }, manager);
        await manager.getRepository(PasswordLink).delete({ userId: user.id });
        const grants = await this.revocations.revokeUser(user.subject, manager);
        await this.note('account.disable', author, user, manager, { grants });
      },
      { expected },
    );
  }

  /** The person can sign in again; what was ended stays so. */
  enable(author: Author, userId: string, expected: Expectation): Promise<Person> {
    return this.change(
      author,
      userId,
      async (user, manager) => {
        if (!user.disabledAt) return;
        await this.changes.confirmOver(author, [user.role], manager);
        await this.update(user, { disabledAt: null }, manager);
        await this.note('account.enable', author, user, manager);
      },
      { expected },
    );
  }

  /**
   * An address that an administrator gives follows no provider, and is proved by none.
   * @throws ChangeRefused when it is somebody else's.
   */
  setEmail(author: Author, userId: string, given: string, expected: Expectation): Promise<Person> {
    const email = normaliseEmail(given);
    return this.change(
      author,
      userId,
      async (user, manager) => {
        if (user.email === email) return;
        await this.changes.confirmOver(author, [user.role], manager);
        if (await manager.getRepository(User).existsBy({ email }))
          throw new ChangeRefused('There is an account with this email already.');
        await this.update(user, { email, emailVerified: false }, manager);
        const word = { provesAddress: false, isSource: false };
        await manager.getRepository(Identity).update({ userId: user.id }, word);
        const detail = { changed: 'email', by: 'administrator' };
        await this.note('account.details', author, user, manager, detail);
      },
      { expected },
    );
  }

  async endSessions(author: Author, userId: string): Promise<void> {
    await this.change(author, userId, async (user, manager) => {
      const sessions = await this.sessions.end({ userId: user.id }, manager);
      await this.note('account.sign-out', author, user, manager, { sessions });
    });
  }

  /** One connection: all that the person gave the application of this grant. */
  async disconnect(author: Author, userId: string, grantId: string): Promise<void> {
    const work = async (user: User, manager: EntityManager) => {
      if (!(await this.connections.end(user.subject, grantId, manager))) return;
      await this.note('account.disconnect', author, user, manager, { grantId });
    };
    await this.change(author, userId, work, { scope: 'admin:connections' });
  }

  /**
   * All of them. What was connected since they were counted is left alone.
   * @throws ChangeRefused when they are more than were seen, with their number and nothing ended.
   */
  async disconnectAll(author: Author, userId: string, seen: SeenConnections): Promise<void> {
    const work = async (user: User, manager: EntityManager) => {
      const filter = { userIds: [user.subject], madeBefore: seen.at };
      const grants = await this.catalog.end(filter, manager);
      requireSeen(grants, seen);
      await this.note('account.disconnect', author, user, manager, { grants });
    };
    await this.change(author, userId, work, { scope: 'admin:connections' });
  }

  private change(
    author: Author,
    userId: string,
    work: (user: User, manager: EntityManager) => Promise<void>,
    { scope = 'admin:people', expected }: { scope?: AdminScope; expected?: Expectation } = {},
  ): Promise<Person> {
    return this.changes.run(author, scope, async (manager) => {
      const user = await manager
        .getRepository(User)
        .findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      if (!user) throw nobody();
      expected?.(user);
      await work(user, manager);
      const person = await this.people.find(userId, manager);
      if (!person) throw nobody();
      return person;
    });
  }

  private async update({ id }: User, change: Partial<User>, manager: EntityManager): Promise<void> {
    const updatedAt = new Date(this.clock.now());
    await manager.getRepository(User).update({ id }, { ...change, updatedAt });
  }

  private note(
    action: ServiceAction,
    author: Author,
    target: User,
    manager: EntityManager,
    detail: Detail = {},
  ): Promise<void> {
    const event = { action, outcome: 'success', author, detail: { target: target.id, ...detail } } as const;
    return this.audit.commit(event, manager);
  }
}

function nobody(): Refusal {
  return new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
}

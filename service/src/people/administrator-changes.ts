import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AdminScope } from '../config/admin-scopes.js';
import type { Author } from '../web/author.js';
import { InsufficientScope } from '../web/insufficient-scope.js';
import { type Role, ROLE_SCOPES, scopesOf } from '../web/roles.js';
import { Refusal } from '../web/refusal.js';
import { Invitation } from './entities/invitation.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { User } from './entities/user.entity.js';
import { lockAdministrators } from './administrator-lock.js';
import { ChangeRefused } from './change-refused.js';

const ENABLED_ADMINISTRATOR = { role: 'administrator', disabledAt: IsNull() } as const;

/** What administrators change: one change at a time, and only while they may. */
@Injectable()
export class AdministratorChanges {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Runs a change in a transaction of its own. @throws Refusal when its author may not, or no more. */
  async run<Result>(
    author: Author,
    scope: AdminScope,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        await this.confirm(author, scope, manager);
        return work(manager);
      });
    } catch (error) {
      if (error instanceof ChangeRefused) this.recordRefusal(author, error.message);
      throw error;
    }
  }

  /**
   * Keeps somebody who may do something in their role until the transaction ends.
   * @throws Refusal when they may not, or no more.
   */
  confirm(author: Author, scope: AdminScope, manager: EntityManager): Promise<void> {
    return this.confirmAll(author, [scope], manager);
  }

  /**
   * The same for whoever hands out, or could take over, all that people of these roles may: nobody does who may less.
   * @throws Refusal
   */
  confirmOver(author: Author, roles: readonly Role[], manager: EntityManager): Promise<void> {
    return this.confirmAll(author, scopesOf(roles), manager);
  }

  /** The same for several scopes; for none, everybody may. @throws Refusal */
  async confirmAll(author: Author, needed: readonly AdminScope[], manager: EntityManager): Promise<void> {
    if (needed.length === 0) return;
    await lockAdministrators(manager);
    const refusal = await this.refusal(author, needed, manager);
    if (refusal === null) return;
    this.recordRefusal(author, refusal.message);
    throw refusal;
  }

  private async refusal(
    { userId, clientId, scopes }: Author,
    needed: readonly AdminScope[],
    manager: EntityManager,
  ): Promise<Refusal | null> {
    // What a service account may is in its token, which ends with the account and with every change of it.
    if (userId !== null) {
      const user = await manager.getRepository(User).findOneBy({ id: userId, disabledAt: IsNull() });
      const allowed = user ? ROLE_SCOPES[user.role] : [];
      if (!needed.every((scope) => allowed.includes(scope)))
        return new Refusal(HttpStatus.FORBIDDEN, 'You are not an administrator any more.');
    }
    const missing = needed.filter((scope) => !scopes.includes(scope));
    if (missing.length === 0) return null;
    return clientId === null
      ? new Refusal(HttpStatus.FORBIDDEN, 'Your role does not allow this.')
      : new InsufficientScope(needed, missing);
  }

  /** @throws ChangeRefused when nobody else could administer the service. */
  private async requireAnother(userId: string, manager: EntityManager): Promise<void> {
    const another = { id: Not(userId), ...ENABLED_ADMINISTRATOR };
    if (!(await manager.getRepository(User).existsBy(another)))
      throw new ChangeRefused('This is the last administrator. Make somebody else one first.');
  }

  /** Somebody is an administrator no more; the links that they have made are worth no more than they are. */
  async leaveOffice(
    { id, disabledAt }: Pick<User, 'id' | 'disabledAt'>,
    manager: EntityManager,
  ): Promise<void> {
    if (!disabledAt) await this.requireAnother(id, manager);
    await manager.getRepository(Invitation).delete({ invitedBy: id });
    await manager.getRepository(PasswordLink).delete({ createdBy: id });
  }

  private recordRefusal(author: Author, reason: string): void {
    this.audit.record({ action: 'administration', outcome: 'refused', author, detail: { reason } });
  }
}

/** The person who makes something in their own name. @throws Refusal of a service account, which is nobody. */
export function personOf({ userId }: Author): string {
  if (userId !== null) return userId;
  throw new Refusal(HttpStatus.FORBIDDEN, 'That is for a person to do: a service account cannot.');
}

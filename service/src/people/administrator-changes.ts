import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { Refusal } from '../web/refusal.js';
import { Invitation } from './entities/invitation.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { User } from './entities/user.entity.js';
import { lockAdministrators } from './administrator-lock.js';
import { ChangeRefused } from './change-refused.js';

const ENABLED_ADMINISTRATOR = { role: 'administrator', disabledAt: IsNull() } as const;

/** What administrators change about people: one change at a time, and only while they are administrators. */
@Injectable()
export class AdministratorChanges {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Runs a change in a transaction of its own. @throws Refusal when its author is no administrator any more. */
  async run<Result>(
    administratorId: string,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        await this.confirm(administratorId, manager);
        return work(manager);
      });
    } catch (error) {
      if (error instanceof ChangeRefused) this.recordRefusal(administratorId, error.message);
      throw error;
    }
  }

  /** Keeps somebody an administrator until the transaction ends. @throws Refusal when they are none any more. */
  async confirm(administratorId: string, manager: EntityManager): Promise<void> {
    await lockAdministrators(manager);
    const author = { id: administratorId, ...ENABLED_ADMINISTRATOR };
    if (await manager.getRepository(User).existsBy(author)) return;
    const reason = 'You are not an administrator any more.';
    this.recordRefusal(administratorId, reason);
    throw new Refusal(HttpStatus.FORBIDDEN, reason);
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

  private recordRefusal(userId: string, reason: string): void {
    this.audit.record({ action: 'administration', outcome: 'refused', userId, detail: { reason } });
  }
}

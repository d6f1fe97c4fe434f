import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Refusal } from '../web/refusal.js';
import { User } from './entities/user.entity.js';
import { lockAdministrators } from './administrator-lock.js';
import { ChangeRefused } from './change-refused.js';

const ENABLED_ADMINISTRATOR = { role: 'administrator', disabledAt: IsNull() } as const;

/** What administrators change about people: one change at a time, and only while they are administrators. */
@Injectable()
export class AdministratorChanges {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** Runs a change in a transaction of its own. @throws Refusal when its author is no administrator any more. */
  run<Result>(administratorId: string, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await this.confirm(administratorId, manager);
      return work(manager);
    });
  }

  /** Keeps somebody an administrator until the transaction ends. @throws Refusal when they are none any more. */
  async confirm(administratorId: string, manager: EntityManager): Promise<void> {
    await lockAdministrators(manager);
    const author = { id: administratorId, ...ENABLED_ADMINISTRATOR };
    if (!(await manager.getRepository(User).existsBy(author)))
      throw new Refusal(HttpStatus.FORBIDDEN, 'You are not an administrator any more.');
  }

  /** @throws ChangeRefused when nobody else could administer the service. */
  async requireAnother(userId: string, manager: EntityManager): Promise<void> {
    const another = { id: Not(userId), ...ENABLED_ADMINISTRATOR };
    if (!(await manager.getRepository(User).existsBy(another)))
      throw new ChangeRefused('This is the last administrator. Make somebody else one first.');
  }
}

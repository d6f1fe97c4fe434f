import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { User } from './entities/user.entity.js';

export type Details = Pick<User, 'name' | 'email'>;

/** Names and addresses, which follow the identity that is their source. */
@Injectable()
export class PersonDetails {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** An address that is somebody else's here stays theirs; the name follows all the same. */
  async follow(id: string, before: Details, now: Details, issuer: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const users = manager.getRepository(User);
      const isTaken = await users.existsBy({ email: now.email, id: Not(id) });
      const after = { name: now.name, email: isTaken ? before.email : now.email };
      if (isTaken && after.name === before.name) return;
      await users.update(id, { ...after, updatedAt: new Date(this.clock.now()) });
      const changed = (['name', 'email'] as const).filter((key) => after[key] !== before[key]).join(' ');
      const detail = { target: id, changed, by: issuer };
      await this.audit.commit({ action: 'account.details', outcome: 'success', userId: id, detail }, manager);
    });
  }
}

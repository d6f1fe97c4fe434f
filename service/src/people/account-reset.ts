import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, McpRevocations } from 'nestjs-mcp-auth';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { SessionEnds } from './session-ends.js';
import { User } from './entities/user.entity.js';

/** How much of an account has ended. */
export interface Ended {
  /** Passwords, and identities at providers. */
  waysIn: number;
  sessions: number;
  grants: number;
}

/** Ends everything by which somebody could use an account until now. */
@Injectable()
export class AccountReset {
  constructor(
    private readonly revocations: McpRevocations,
    private readonly ends: SessionEnds,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of `manager`, which holds the user's row. */
  async end({ id: userId, subject }: Pick<User, 'id' | 'subject'>, manager: EntityManager): Promise<Ended> {
    const passwordChangedAt = new Date(this.clock.now());
    const nothing = { groups: [], groupsReadAt: null };
    await manager.getRepository(User).update(userId, { ...nothing, passwordChangedAt });
    await manager.getRepository(Identity).delete({ userId });
    const waysIn = await manager.getRepository(Account).delete({ userId });
    await manager.getRepository(PasswordLink).delete({ userId });
    const sessions = await this.ends.end({ userId }, manager);
    const grants = await this.revocations.revokeUser(subject, manager);
    return { waysIn: waysIn.affected ?? 0, sessions, grants };
  }
}

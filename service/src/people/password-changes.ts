import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { Account } from './entities/account.entity.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { Session } from './entities/session.entity.js';
import { User } from './entities/user.entity.js';
import { hashPassword, isPassword } from './passwords.js';
import { SessionEnds } from './session-ends.js';
import { CREDENTIAL, Users } from './users.js';

export type KeptSession = Pick<Session, 'id' | 'token'>;

export interface NewPassword {
  userId: string;
  /** Of argon2id. */
  hash: string;
  /** `passwordChangedAt` of the user as the old password was checked; undefined when it was not. */
  since?: Date | null;
  /** The sign-in session that lives on, and the hash of its cookie from now on. Default: none. */
  keep?: KeptSession;
}

/** People get a new password. */
@Injectable()
export class PasswordChanges {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly sessions: SessionEnds,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  hasPassword(userId: string): Promise<boolean> {
    return this.dataSource.getRepository(Account).existsBy({ userId, providerId: CREDENTIAL });
  }

  /** Whether this is the password that a person has. */
  async isCurrent(userId: string, password: string): Promise<boolean> {
    const account = await this.dataSource
      .getRepository(Account)
      .findOneBy({ userId, providerId: CREDENTIAL });
    return isPassword(account?.password ?? null, password);
  }

  /**
   * Changes a person's password, and ends all their sign-in sessions but this one, which gets another cookie.
   * `wrong`: not the current password; `overtaken`: the account has changed meanwhile.
   */
  async change(
    user: Pick<User, 'id' | 'email'>,
    keep: KeptSession,
    { current, password }: { current: string; password: string },
  ): Promise<'changed' | 'wrong' | 'overtaken'> {
    const known = await this.users.authenticate(user.email, current);
    const { id: userId } = user;
    const event = { action: 'account.password', userId } as const;
    if (known?.id !== userId) {
      const detail = { target: userId, reason: 'wrong password' };
      this.audit.record({ ...event, outcome: 'refused', detail });
      return 'wrong';
    }
    const hash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const since = known.passwordChangedAt;
      if (!(await this.replace({ userId, hash, since, keep }, manager))) return 'overtaken';
      const detail = { target: userId, by: 'person' };
      await this.audit.commit({ ...event, outcome: 'success', detail }, manager);
      return 'changed';
    });
  }

  /** Replaces the password in the transaction of `manager`; false for a disabled account, and for an overtaken change. */
  async replace({ userId, hash, since, keep }: NewPassword, manager: EntityManager): Promise<boolean> {
    const now = new Date(this.clock.now());
    const seen = since === undefined ? {} : { passwordChangedAt: since ?? IsNull() };
    const { affected } = await manager
      .getRepository(User)
      .update({ id: userId, disabledAt: IsNull(), ...seen }, { passwordChangedAt: now, updatedAt: now });
    if (affected !== 1) return false;
    await this.users.setPassword(userId, hash, manager);
    if (keep === undefined) {
      await this.sessions.end({ userId }, manager);
      return true;
    }
    const { id, token } = keep;
    await this.sessions.end({ userId, id: Not(id) }, manager);
    await manager.getRepository(Session).update({ userId, id }, { token, updatedAt: now });
    await manager.getRepository(PasswordLink).delete({ userId });
    return true;
  }
}

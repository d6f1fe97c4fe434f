import { HttpStatus, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '../audit/audit-trail.js';
import type { Author } from '../web/author.js';
import { AccountReset } from './account-reset.js';
import { AdministratorChanges } from './administrator-changes.js';
import { ChangeRefused } from './change-refused.js';
import { User } from './entities/user.entity.js';
import { Identities } from './identities.js';
import type { Expectation } from './person-state.js';
import { normaliseEmail } from './users.js';
import { Refusal } from '../web/refusal.js';
import { TO_PEOPLE } from './to-people.js';

const MOVED = 'The account with this email is another one by now, or gone. Look at it again.';

/** Two accounts of one person become one, and accounts go for good. */
@Injectable()
export class AccountMerge {
  constructor(
    private readonly changes: AdministratorChanges,
    private readonly identities: Identities,
    private readonly reset: AccountReset,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The identities of the other account open `userId` from now on. Its password, sessions and connections end, and it is
   * gone. Name, email, role and subject are those of `userId`.
   * @param other as whoever decides has seen it.
   * @param expected of both, as they were seen.
   * @throws ChangeRefused for an account that is gone or has another email, one's own, and the last administrator.
   */
  merge(
    author: Author,
    userId: string,
    other: Pick<User, 'id' | 'email'>,
    expected: Record<'kept' | 'from', Expectation>,
  ): Promise<void> {
    return this.changes.run(author, 'admin:people', async (manager) => {
      const kept = await lockUser({ id: userId }, manager);
      if (!kept) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
      const from = await lockUser({ id: other.id }, manager);
      if (from?.email !== normaliseEmail(other.email)) throw new ChangeRefused(MOVED);
      expected.kept(kept);
      expected.from(from);
      if (from.id === kept.id) throw new ChangeRefused('This is the same account.');
      if (from.id === author.userId)
        throw new ChangeRefused('This is your own account: merge the other one into it.');
      await this.changes.confirmOver(author, [kept.role, from.role], manager);
      // What proved the other address proves nothing of this one.
      await this.identities.move(from.id, kept, manager);
      const { sessions, grants } = await this.remove(from, manager);
      const detail = { target: kept.id, from: from.id, sessions, grants };
      const event = { action: 'account.merge', outcome: 'success', author, detail } as const;
      await this.audit.commit(event, manager);
    });
  }

  /** Everything of the account ends, and it is gone; the audit knows it by its id. @throws ChangeRefused */
  delete(author: Author, userId: string, expected: Expectation): Promise<void> {
    return this.changes.run(author, 'admin:people', async (manager) => {
      const user = await lockUser({ id: userId }, manager);
      if (!user) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
      expected(user);
      if (user.id === author.userId)
        throw new ChangeRefused('This is your own account: ask another administrator to delete it.');
      await this.changes.confirmOver(author, [user.role], manager);
      const { sessions, grants } = await this.remove(user, manager);
      const detail = { target: user.id, sessions, grants };
      const event = {
        action: 'account.delete',
        outcome: 'success',
        author,
        detail,
      } as const;
      await this.audit.commit(event, manager);
    });
  }

  private async remove(user: User, manager: EntityManager) {
    if (user.role === 'administrator') await this.changes.leaveOffice(user, manager);
    const ended = await this.reset.end(user, manager);
    await manager.getRepository(User).delete(user.id);
    return ended;
  }
}

function lockUser(where: { id: string }, manager: EntityManager): Promise<User | null> {
  return manager.getRepository(User).findOne({ where, lock: { mode: 'pessimistic_write' } });
}

import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { PasswordLink } from './entities/password-link.entity.js';
import { User } from './entities/user.entity.js';
import { Refusal } from '../web/refusal.js';
import type { Author } from '../web/author.js';
import { AdministratorChanges, personOf } from './administrator-changes.js';
import { ChangeRefused } from './change-refused.js';
import { linkHash, linkTokenFor, newLinkToken } from './link-token.js';
import { PasswordChanges } from './password-changes.js';
import { allowsPassword } from './password-policy.js';
import type { Expectation } from './person-state.js';
import { hashPassword } from './passwords.js';
import { TO_PEOPLE } from './to-people.js';
import { type LinkUse, UsedLinks } from './used-links.js';

/** Seconds a link works. */
const LINK_LIFETIME = 3_600;

/** Links by which people set a new password, once. */
@Injectable()
export class PasswordLinks {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly changes: AdministratorChanges,
    private readonly passwords: PasswordChanges,
    private readonly used: UsedLinks,
    private readonly revocations: McpRevocations,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly config: SignInConfig,
  ) {}

  /**
   * The token of a new link, or of the one that the same form has made; an older one of the same person works no more.
   * @param once of a form, which may be sent twice.
   * @throws ChangeRefused for a disabled account, and where people of that role may not use a password.
   */
  async issue(author: Author, userId: string, expected: Expectation, once?: string): Promise<string> {
    const createdBy = personOf(author);
    return this.changes.run(author, 'admin:people', async (manager) => {
      const user = await manager
        .getRepository(User)
        .findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      if (!user) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
      expected(user);
      await this.changes.confirmOver(author, [user.role], manager);
      if (user.disabledAt) throw new ChangeRefused('The account is disabled. Enable it first.');
      if (!allowsPassword(this.config, user.role))
        throw new ChangeRefused('People of this role do not sign in with a password here.');
      const now = this.clock.now();
      const links = manager.getRepository(PasswordLink);
      const token = linkTokenFor(once, createdBy, user.id, String(user.passwordChangedAt?.getTime()));
      const hash = linkHash(token);
      if (await links.existsBy({ hash, expiresAt: MoreThan(new Date(now)) })) return token;
      await links.delete([{ userId: user.id }, { expiresAt: LessThanOrEqual(new Date(now)) }]);
      await links.insert({
        hash,
        userId: user.id,
        createdBy,
        expiresAt: new Date(now + LINK_LIFETIME * 1000),
      });
      const detail = { target: user.id };
      const event = { action: 'account.reset', outcome: 'success', author, detail } as const;
      await this.audit.commit(event, manager);
      return token;
    });
  }

  /** The token of a new link in place of an older one, in the transaction of `manager`. */
  async make(
    { userId, createdBy }: Pick<PasswordLink, 'userId' | 'createdBy'>,
    manager: EntityManager,
  ): Promise<string> {
    const now = this.clock.now();
    const links = manager.getRepository(PasswordLink);
    const token = newLinkToken();
    await links.delete([{ userId }, { expiresAt: LessThanOrEqual(new Date(now)) }]);
    const expiresAt = new Date(now + LINK_LIFETIME * 1000);
    await links.insert({ hash: linkHash(token), userId, createdBy, expiresAt });
    return token;
  }

  /** Whose link it is; null when it works no more. */
  async find(token: string): Promise<User | null> {
    const link = await this.dataSource
      .getRepository(PasswordLink)
      .findOneBy({ hash: linkHash(token), expiresAt: MoreThan(new Date(this.clock.now())) });
    const user = link && (await this.dataSource.getRepository(User).findOneBy({ id: link.userId }));
    return user && !user.disabledAt && allowsPassword(this.config, user.role) ? user : null;
  }

  /** Sets the password, and ends all sign-in sessions; whose it is, or null when the link works no more. */
  async redeem(
    use: LinkUse,
    password: string,
    { disconnect }: { disconnect: boolean },
  ): Promise<User | null> {
    const user = await this.find(use.token);
    if (!user) return null;
    const hash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const { id: userId, subject } = user;
      // The person's row first, as everybody does who changes them.
      const person = await manager
        .getRepository(User)
        .findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      if (!person || person.disabledAt) return null;
      const link = { hash: linkHash(use.token), expiresAt: MoreThan(new Date(this.clock.now())) };
      const { affected } = await manager.getRepository(PasswordLink).delete(link);
      if (affected !== 1 || !(await this.passwords.replace({ userId, hash }, manager))) return null;
      await this.used.note(use, userId, manager);
      const detail = { target: userId };
      const event = { action: 'account.password', outcome: 'success', userId } as const;
      await this.audit.commit({ ...event, detail: { ...detail, by: 'link' } }, manager);
      if (disconnect) {
        await this.revocations.revokeUser(subject, manager);
        await this.audit.commit({ ...event, action: 'account.disconnect', detail }, manager);
      }
      return user;
    });
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import type { ServiceAction } from '../audit/service-event.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { lockAdministrators } from './administrator-lock.js';
import { User } from './entities/user.entity.js';
import { PasswordChanges } from './password-changes.js';
import { allowsPassword } from './password-policy.js';
import { PasswordLinks } from './password-links.js';
import { hashPassword } from './passwords.js';
import { normaliseEmail, Users } from './users.js';

/**
 * Makes administrators by the word of whoever runs commands where the service runs: the way back in when nobody can
 * administer it any more. An account that is there already becomes an administrator's, enabled, with a new password.
 */
@Injectable()
export class AdministratorAppointment {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly passwords: PasswordChanges,
    private readonly links: PasswordLinks,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly config: SignInConfig,
  ) {}

  /** @throws Error with one sentence where no administrator could sign in with a password. */
  async check(): Promise<void> {
    if (allowsPassword(this.config, 'administrator')) return;
    throw new Error(
      'MCP_AUTH_PASSWORDS is off, and the administrator could not sign in: set it to administrator, here and for the service.',
    );
  }

  /** Ends the sign-in sessions of the account. */
  async withPassword(email: string, password: string): Promise<void> {
    const hash = await hashPassword(password);
    await this.alone(async (manager) => {
      const { id: userId } = await this.appoint(email, manager);
      await this.passwords.replace({ userId, hash }, manager);
      await this.note('account.password', userId, manager);
    });
  }

  /** The token of a link that sets the password, once, within an hour. */
  withLink(email: string): Promise<string> {
    return this.alone(async (manager) => {
      const { id: userId } = await this.appoint(email, manager);
      const token = await this.links.make({ userId, createdBy: userId }, manager);
      await this.note('account.reset', userId, manager);
      return token;
    });
  }

  private async appoint(given: string, manager: EntityManager): Promise<User> {
    const email = normaliseEmail(given);
    const known = await manager
      .getRepository(User)
      .findOne({ where: { email }, lock: { mode: 'pessimistic_write' } });
    if (!known) {
      const [name = email] = email.split('@', 1);
      const user = await this.users.insert({ name, email, role: 'administrator' }, manager);
      await this.note('account.create', user.id, manager, { role: 'administrator' }, email);
      return user;
    }
    const { id, role, disabledAt } = known;
    const updatedAt = new Date(this.clock.now());
    await manager.getRepository(User).update({ id }, { role: 'administrator', disabledAt: null, updatedAt });
    if (disabledAt) await this.note('account.enable', id, manager);
    if (role !== 'administrator')
      await this.note('account.role', id, manager, { before: role, after: 'administrator' });
    return known;
  }

  private note(
    action: ServiceAction,
    target: string,
    manager: EntityManager,
    detail: Readonly<Record<string, string>> = {},
    email?: string,
  ): Promise<void> {
    const event = {
      action,
      outcome: 'success',
      detail: { target, by: 'command', ...detail },
      email,
    } as const;
    return this.audit.commit(event, manager);
  }

  private alone<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await lockAdministrators(manager);
      return work(manager);
    });
  }
}

import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { HealthSignals } from '../operations/health-signals.js';
import { SetupLink } from './entities/setup-link.entity.js';
import { User } from './entities/user.entity.js';
import { ChangeRefused } from './change-refused.js';
import { lockAdministrators } from './administrator-lock.js';
import { linkHash, newLinkToken } from './link-token.js';
import { passwordWeakness } from './password-weakness.js';
import { type LinkUse, UsedLinks } from './used-links.js';
import { type NewUser, normaliseEmail, Users } from './users.js';

/** Seconds a setup link works. */
const LINK_LIFETIME = 3_600;

/** Whoever comes first, while nobody administers the service: until then it is not ready for anybody else. */
@Injectable()
export class FirstAdministrator implements OnModuleInit {
  private readonly logger = new Logger(FirstAdministrator.name);

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly used: UsedLinks,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly health: HealthSignals,
  ) {}

  onModuleInit(): void {
    this.health.need('administrator', () => this.isThere());
  }

  /** Whether somebody has become an administrator already. */
  isThere(): Promise<boolean> {
    return this.users.hasAdministrator();
  }

  /** Makes the administrator of the environment while there is none; false when there is one already. */
  create(user: Omit<NewUser, 'role'>): Promise<boolean> {
    return this.alone(async (manager) => {
      if (await this.users.hasAdministrator(manager)) return false;
      await this.add(user, 'environment', manager);
      if (passwordWeakness(user.password, [user.email, user.name]) !== null)
        this.logger.warn('MCP_AUTH_ADMIN_PASSWORD is easy to guess. Change it once you are signed in.');
      return true;
    });
  }

  /** The token of a new setup link; null when there is an administrator already. */
  issueLink(): Promise<string | null> {
    return this.alone(async (manager) => {
      if (await this.users.hasAdministrator(manager)) return null;
      const token = newLinkToken();
      const expiresAt = new Date(this.clock.now() + LINK_LIFETIME * 1000);
      await manager.getRepository(SetupLink).insert({ hash: linkHash(token), expiresAt });
      return token;
    });
  }

  async isLink(token: string): Promise<boolean> {
    const link = { hash: linkHash(token), expiresAt: MoreThan(new Date(this.clock.now())) };
    return (
      (await this.dataSource.getRepository(SetupLink).existsBy(link)) &&
      !(await this.users.hasAdministrator())
    );
  }

  /** Makes the administrator of a setup link, and ends every such link; null when it works no more. */
  redeem(use: LinkUse, user: Omit<NewUser, 'role'>): Promise<User | null> {
    return this.alone(async (manager) => {
      const link = { hash: linkHash(use.token), expiresAt: MoreThan(new Date(this.clock.now())) };
      if (!(await manager.getRepository(SetupLink).existsBy(link))) return null;
      if (await this.users.hasAdministrator(manager)) return null;
      await manager.getRepository(SetupLink).deleteAll();
      const administrator = await this.add(user, 'setup', manager);
      await this.used.note(use, administrator.id, manager);
      return administrator;
    });
  }

  private async add(
    { name, email: given, password }: Omit<NewUser, 'role'>,
    by: 'environment' | 'setup',
    manager: EntityManager,
  ): Promise<User> {
    if (await manager.getRepository(User).existsBy({ email: normaliseEmail(given) }))
      throw new ChangeRefused(
        'There is an account with this email already: give the first administrator another one, who then makes that account an administrator.',
      );
    const user = await this.users.add({ name, email: given, password, role: 'administrator' }, manager);
    const { id, email, role } = user;
    const detail = { target: id, role, by };
    const event = { action: 'account.create', outcome: 'success', userId: id, detail, email } as const;
    await this.audit.commit(event, manager);
    return user;
  }

  /** Two replicas or two people make one administrator. */
  private alone<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await lockAdministrators(manager);
      return work(manager);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, randomBytes } from 'node:crypto';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from '../../index.js';
import { SetupLink } from '../entities/setup-link.entity.js';
import type { User } from '../entities/user.entity.js';
import { type NewUser, Users } from './users.js';

/** Seconds a setup link works. */
const LINK_LIFETIME = 3_600;
/** Held while the first administrator is made, so that two replicas or two people make one. */
const ADMINISTRATOR_LOCK = 7_216_351_905;

const digest = (token: string) => createHash('sha256').update(token).digest('base64url');

@Injectable()
export class FirstAdministrator {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly clock: Clock,
  ) {}

  /** Makes the administrator of the environment while there is none; false when there is one already. */
  create(user: Omit<NewUser, 'role'>): Promise<boolean> {
    return this.alone(async (manager) => {
      if (await this.users.hasAdministrator(manager)) return false;
      await this.users.add({ ...user, role: 'administrator' }, manager);
      return true;
    });
  }

  /** The token of a new setup link; null when there is an administrator already. */
  issueLink(): Promise<string | null> {
    return this.alone(async (manager) => {
      if (await this.users.hasAdministrator(manager)) return null;
      const token = randomBytes(32).toString('base64url');
      const expiresAt = new Date(this.clock.now() + LINK_LIFETIME * 1000);
      await manager.getRepository(SetupLink).insert({ hash: digest(token), expiresAt });
      return token;
    });
  }

  async isLink(token: string): Promise<boolean> {
    const link = { hash: digest(token), expiresAt: MoreThan(new Date(this.clock.now())) };
    return (
      (await this.dataSource.getRepository(SetupLink).existsBy(link)) &&
      !(await this.users.hasAdministrator())
    );
  }

  /** Makes the administrator of a setup link, and ends every such link; null when it works no more. */
  redeem(token: string, user: Omit<NewUser, 'role'>): Promise<User | null> {
    return this.alone(async (manager) => {
      const link = { hash: digest(token), expiresAt: MoreThan(new Date(this.clock.now())) };
      if (!(await manager.getRepository(SetupLink).existsBy(link))) return null;
      if (await this.users.hasAdministrator(manager)) return null;
      await manager.getRepository(SetupLink).deleteAll();
      return this.users.add({ ...user, role: 'administrator' }, manager);
    });
  }

  private alone<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINISTRATOR_LOCK]);
      return work(manager);
    });
  }
}

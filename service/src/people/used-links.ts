import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { UsedLink } from './entities/used-link.entity.js';
import { User } from './entities/user.entity.js';
import { linkHash } from './link-token.js';
import { PasswordChanges } from './password-changes.js';

/** Seconds for which somebody who clicks twice, or got no answer, gets the first one again. */
const MEMORY = 600;

/** How a link was used: by which form of which browser. */
export interface LinkUse {
  /** Of the link. */
  token: string;
  /** The random value that forms of this browser carry: no other browser has it. */
  browser: string;
}

/** Links that were used: the same form of the same browser gets the same answer for a while. */
@Injectable()
export class UsedLinks {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly passwords: PasswordChanges,
    private readonly clock: Clock,
  ) {}

  /** Notes the use that opened an account, in its transaction. */
  async note({ token, browser }: LinkUse, userId: string, manager: EntityManager): Promise<void> {
    const now = this.clock.now();
    const used = manager.getRepository(UsedLink);
    await used.delete({ expiresAt: LessThanOrEqual(new Date(now)) });
    const expiresAt = new Date(now + MEMORY * 1000);
    await used.insert({ hash: linkHash(token), browserHash: linkHash(browser), userId, expiresAt });
  }

  /** Whose account this very form has opened with this password; null for any other form. */
  async find({ token, browser }: LinkUse, password: string): Promise<User | null> {
    const use = {
      hash: linkHash(token),
      browserHash: linkHash(browser),
      expiresAt: MoreThan(new Date(this.clock.now())),
    };
    const used = await this.dataSource.getRepository(UsedLink).findOneBy(use);
    if (!used || !(await this.passwords.isCurrent(used.userId, password))) return null;
    return this.dataSource.getRepository(User).findOneBy({ id: used.userId });
  }
}

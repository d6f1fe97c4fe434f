import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { CREDENTIAL } from './users.js';

/** Somebody, and how they sign in. */
export interface Person {
  user: User;
  hasPassword: boolean;
  /** The oldest first. */
  identities: readonly Identity[];
}

export interface PeoplePage {
  people: readonly Person[];
  /** Where the next page begins; null on the last. */
  next: string | null;
}

const PAGE_SIZE = 50;

/** Everybody who has an account, in the order of their emails. */
@Injectable()
export class People {
  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource) {}

  /** Fifty of those whose name or email holds `search`, after the email that the page before gave. */
  async page({ search, after }: { search?: string; after?: string }): Promise<PeoplePage> {
    const query = this.dataSource.getRepository(User).createQueryBuilder('user').orderBy('user.email');
    if (search !== undefined)
      query.andWhere('(user.name ILIKE :pattern OR user.email ILIKE :pattern)', {
        pattern: `%${search.replace(/[\\%_]/g, '\\$&')}%`,
      });
    if (after !== undefined) query.andWhere('user.email > :after', { after });
    const found = await query.limit(PAGE_SIZE + 1).getMany();
    const shown = found.slice(0, PAGE_SIZE);
    const next = found.length > PAGE_SIZE ? (shown.at(-1)?.email ?? null) : null;
    return { people: await this.withWays(shown), next };
  }

  async find(id: string): Promise<Person | null> {
    const user = await this.dataSource.getRepository(User).findOneBy({ id });
    const [person] = await this.withWays(user ? [user] : []);
    return person ?? null;
  }

  private async withWays(users: readonly User[]): Promise<Person[]> {
    if (users.length === 0) return [];
    const userId = In(users.map(({ id }) => id));
    const [passwords, identities] = await Promise.all([
      this.dataSource.getRepository(Account).find({
        select: { userId: true },
        where: { userId, providerId: CREDENTIAL },
      }),
      this.dataSource.getRepository(Identity).find({
        where: { userId },
        order: { createdAt: 'ASC', id: 'ASC' },
      }),
    ]);
    return users.map((user) => ({
      user,
      hasPassword: passwords.some(({ userId }) => userId === user.id),
      identities: identities.filter(({ userId }) => userId === user.id),
    }));
  }
}

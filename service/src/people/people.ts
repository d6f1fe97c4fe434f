import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { StatementValues, windowSql } from 'nestjs-mcp-auth/service-kit';
import { SignInConfig } from '../config/sign-in-config.js';
import { COUNT_LIMIT } from '../web/counted.js';
import { type Cursor, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import type { Sorting } from '../web/sorting.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import {
  conditions,
  hasPassword,
  type PeopleFilter,
  type PeopleOrder,
  type PeopleTables,
  peopleTables,
  SORTED,
} from './people-filter.js';
import { normaliseEmail } from './users.js';

/** Somebody, and how they sign in. */
export interface Person {
  user: User;
  hasPassword: boolean;
  /** The oldest first. */
  identities: readonly Identity[];
}

export interface PeopleQuestion {
  filter?: PeopleFilter;
  sorting: Sorting<PeopleOrder>;
  cursor?: Cursor;
}

export interface PeopleList extends ListPage<Person> {
  /** One more than `COUNT_LIMIT` where there are more. */
  count: number;
}

/** The order in which a program that asks for none reads them. */
export const BY_EMAIL: Sorting<PeopleOrder> = { by: 'email', descending: false };

/** A person as a statement answers them. */
type Row = User & { hasPassword: boolean; key?: string[] };

/** Everybody who has an account. */
@Injectable()
export class People {
  private readonly tables: PeopleTables;
  private readonly columns: string;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
  ) {
    this.tables = peopleTables(dataSource);
    const names = dataSource.getRepository(User).metadata.columns.map(({ databaseName }) => databaseName);
    const own = names.map((name) => `u."${name}"`).join(', ');
    this.columns = `${own}, ${hasPassword(this.tables)} AS "hasPassword"`;
  }

  /** One page, and how many there are. */
  async list({ filter = {}, sorting: { by, descending }, cursor }: PeopleQuestion): Promise<PeopleList> {
    const { count, ids } = await this.count(filter);
    const values = new StatementValues();
    const window = { place: cursor, descending, limit: PAGE_SIZE + 1 };
    const { key, condition, order } = windowSql(SORTED[by], window, values);
    const which = ids
      ? `u."id" = ANY (${values.place(ids)}::uuid[])`
      : conditions(this.tables, filter, this.config.providers, values);
    const found = await this.dataSource.query<Row[]>(
      `SELECT ${this.columns}, ${key} AS "key" FROM ${this.tables.user} u WHERE ${which} AND ${condition} ${order}`,
      values.all,
    );
    const page = listPage(found, cursor, ({ key = [] }) => key);
    return { ...page, rows: await this.withIdentities(page.rows), count };
  }

  async find(id: string, manager: EntityManager = this.dataSource.manager): Promise<Person | null> {
    const [person] = await this.named([{ id }], manager);
    return person ?? null;
  }

  /** Those of an id or an email, each once, in one statement. */
  async named(
    which: readonly ({ id: string } | { email: string })[],
    manager: EntityManager = this.dataSource.manager,
  ): Promise<Person[]> {
    const { entities, raw } = await manager
      .getRepository(User)
      .createQueryBuilder('u')
      .addSelect(hasPassword(this.tables), 'hasPassword')
      .leftJoinAndMapMany('u.identities', Identity, 'i', 'i."userId" = u."id"')
      .where(which.map((one) => ('id' in one ? one : { email: normaliseEmail(one.email) })))
      .orderBy({ 'i.createdAt': 'ASC', 'i.id': 'ASC' })
      .getRawAndEntities<{ u_id: string; hasPassword: boolean }>();
    const withPassword = new Set(raw.filter((row) => row.hasPassword).map((row) => row.u_id));
    return (entities as (User & { identities: Identity[] })[]).map(({ identities, ...user }) => ({
      user,
      hasPassword: withPassword.has(user.id),
      identities,
    }));
  }

  /**
   * How many a filter leaves, and who they are, where they can be counted. The planner cannot know how few there are, and
   * would look for them along the whole order of the list: these are read and sorted.
   */
  private async count(filter: PeopleFilter): Promise<{ count: number; ids: readonly string[] | null }> {
    const values = new StatementValues();
    const which = conditions(this.tables, filter, this.config.providers, values);
    const isNarrowed = Object.values(filter).some((value) => value !== undefined);
    const [found] = await this.dataSource.query<{ count: number; ids: string[] | null }[]>(
      `SELECT count(*)::integer AS "count", ${isNarrowed ? 'array_agg(c."id")' : 'NULL'} AS "ids" FROM (
        SELECT u."id" FROM ${this.tables.user} u WHERE ${which} LIMIT ${values.place(COUNT_LIMIT + 1)}) c`,
      values.all,
    );
    const { count, ids } = found ?? { count: 0, ids: null };
    return { count, ids: count > COUNT_LIMIT ? null : ids };
  }

  private async withIdentities(rows: readonly Row[]): Promise<Person[]> {
    if (rows.length === 0) return [];
    const identities = await this.dataSource.getRepository(Identity).find({
      where: { userId: In(rows.map(({ id }) => id)) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return rows.map(({ hasPassword, key: _key, ...user }) => ({
      user,
      hasPassword,
      identities: identities.filter(({ userId }) => userId === user.id),
    }));
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ArrayContainedBy, DataSource, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { readGroupName, sourceOf, writeGroupName } from '../config/group-names.js';
import type { Group } from '../config/group.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { Identity } from '../people/entities/identity.entity.js';
import { User } from '../people/entities/user.entity.js';
import type { Membership } from '../people/person-account.js';
import { HeldGroups } from './held-groups.js';

/** Groups that are suggested. */
const MOST_SHOWN = 200;
/** People whose groups are looked at for that. */
const MOST_PEOPLE = 2_000;

/** The groups that people who have signed in are in. */
@Injectable()
export class SeenGroups {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
  ) {}

  /** Those of these names that a rule would find nobody by, however long ago groups were read. */
  async unseen(names: readonly Group[]): Promise<Group[]> {
    if (names.length === 0) return [];
    const groups = names.map((name) => readGroupName(name, this.config.providers).group);
    const held = new HeldGroups(await this.holding(groups), this.config, -Infinity);
    return names.filter((name) => !held.satisfy([name]));
  }

  /** Some of them, as rules name them. */
  async some(): Promise<string[]> {
    const { providers } = this.config;
    const identities = await this.dataSource
      .getRepository(Identity)
      .find({ select: { id: true, issuer: true, groups: true }, take: MOST_PEOPLE });
    const users = await this.dataSource.getRepository(User).find({
      select: { id: true, groups: true },
      where: { groups: Not(ArrayContainedBy([])) },
      take: MOST_PEOPLE,
    });
    const source = sourceOf(providers)?.id;
    const named = [
      ...identities.map(({ issuer, groups }) => ({
        groups,
        id: providers.find((one) => one.issuer === issuer)?.id,
      })),
      ...users.map(({ groups }) => ({ groups, id: source })),
    ].flatMap(({ groups, id }) =>
      groups.map((name) => (id === undefined ? name : writeGroupName(name, id, providers))),
    );
    return [...new Set(named)].toSorted().slice(0, MOST_SHOWN);
  }

  private async holding(groups: readonly string[]): Promise<Membership[]> {
    const identities = await this.dataSource
      .getRepository(Identity)
      .createQueryBuilder('identity')
      .select(['identity.issuer AS "issuer"', 'identity.groups AS "groups"'])
      .distinct()
      .where('identity.groups && :groups', { groups })
      .getRawMany<Pick<Membership, 'groups'> & { issuer: string }>();
    const local = await this.dataSource
      .getRepository(User)
      .createQueryBuilder('user')
      .select('user.groups', 'groups')
      .distinct()
      .leftJoin(Identity, 'identity', 'identity.userId = user.id')
      .where('user.groups && :groups AND identity.id IS NULL', { groups })
      .getRawMany<Pick<Membership, 'groups'>>();
    const all = [...identities, ...local.map(({ groups }) => ({ issuer: null, groups }))];
    return all.map((one) => ({ ...one, readAt: null }));
  }
}

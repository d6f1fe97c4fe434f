import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { readGroupName } from '../config/group-names.js';
import type { Group } from '../config/group.js';
import { SignInConfig } from '../config/sign-in-config.js';
import { Identity } from '../people/entities/identity.entity.js';
import { User } from '../people/entities/user.entity.js';
import type { Membership } from '../people/person-account.js';
import { HeldGroups } from './held-groups.js';

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

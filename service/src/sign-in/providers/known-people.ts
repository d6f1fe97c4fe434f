import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Account } from '../../people/entities/account.entity.js';
import { User } from '../../people/entities/user.entity.js';
import type { KnownIdentity } from './oidc.strategy.js';

/** Somebody who was here before. */
export interface KnownPerson extends Pick<User, 'id' | 'disabledAt'> {
  /** As they were. */
  groups: string[];
  /** Whether the groups of now are stored: not where some are gone, which takes more than that. */
  isRenewed: boolean;
}

/** Finds people by their identities. */
@Injectable()
export class KnownPeople {
  private readonly renewal: string;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    const [user, account] = [User, Account].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    this.renewal = `
      WITH known AS MATERIALIZED (
        SELECT u."id", u."groups", u."disabledAt" FROM ${account} a JOIN ${user} u ON u."id" = a."userId"
        WHERE a."providerId" = $1 AND a."accountId" = $2
      ), renewed AS (
        UPDATE ${user} u SET "groups" = $3::text[], "groupsReadAt" = $4 FROM known k
        WHERE u."id" = k."id" AND u."disabledAt" IS NULL AND u."groups" <@ $3::text[] RETURNING u."id"
      )
      SELECT k.*, EXISTS (SELECT 1 FROM renewed) AS "isRenewed" FROM known k`;
  }

  /** The person of an identity, and their groups brought up to date unless they have lost one: in one statement. */
  async renew({ issuer, subject, groups }: KnownIdentity): Promise<KnownPerson | null> {
    const values = [issuer, subject, groups, new Date(this.clock.now())];
    const [known] = await this.dataSource.query<KnownPerson[]>(this.renewal, values);
    return known ?? null;
  }

  /** The person of an identity. */
  find({ issuer, subject }: KnownIdentity): Promise<User | null> {
    return this.dataSource
      .getRepository(User)
      .createQueryBuilder('user')
      .innerJoin(Account, 'account', 'account.userId = user.id')
      .where('account.providerId = :issuer AND account.accountId = :subject', { issuer, subject })
      .getOne();
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Identity } from '../../people/entities/identity.entity.js';
import { User } from '../../people/entities/user.entity.js';
import type { KnownIdentity } from './oidc.strategy.js';

/** Somebody who was here before. */
export interface KnownPerson extends Pick<
  User,
  'id' | 'subject' | 'name' | 'email' | 'disabledAt' | 'passwordChangedAt'
> {
  /** Of the identity, as they were. */
  groups: string[];
  /** Of the identity. */
  isSource: boolean;
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
    const [user, identity] = [User, Identity].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    // The last update is for the version before.
    this.renewal = `
      WITH known AS MATERIALIZED (
        SELECT u."id", u."subject", u."name", u."email", u."disabledAt", u."passwordChangedAt", i."groups", i."isSource",
          i."id" AS "identityId"
        FROM ${identity} i JOIN ${user} u ON u."id" = i."userId" WHERE i."issuer" = $1 AND i."sub" = $2
      ), renewed AS (
        UPDATE ${identity} i SET "groups" = $3::text[], "groupsReadAt" = $4 FROM known k
        WHERE i."id" = k."identityId" AND k."disabledAt" IS NULL AND i."groups" <@ $3::text[] RETURNING i."userId"
      ), told AS (
        UPDATE ${user} u SET "groups" = $3::text[], "groupsReadAt" = $4 FROM renewed r WHERE u."id" = r."userId"
      )
      SELECT k.*, EXISTS (SELECT 1 FROM renewed) AS "isRenewed" FROM known k`;
  }

  /** The person of an identity, and its groups brought up to date unless it has lost one: in one statement. */
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
      .innerJoin(Identity, 'identity', 'identity.userId = user.id')
      .where('identity.issuer = :issuer AND identity.sub = :subject', { issuer, subject })
      .getOne();
  }
}

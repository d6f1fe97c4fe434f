import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { CREDENTIAL } from './users.js';

export type NewIdentity = Pick<Identity, 'issuer' | 'sub' | 'groups' | 'provesAddress' | 'isSource'>;

/** Who people are at identity providers, and their groups: what these lose is announced here. What is written here the version before finds where it looks for it. */
@Injectable()
export class Identities {
  private readonly insertion: string;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {
    const [user, account, identity] = [User, Account, Identity].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    this.insertion = `
      WITH known AS (
        INSERT INTO ${account} ("id", "userId", "providerId", "accountId", "createdAt", "updatedAt")
        VALUES ($1::uuid, $2::uuid, $3, $4, $5, $5)
      ), told AS (
        UPDATE ${user} SET "groups" = $6, "groupsReadAt" = $5 WHERE "id" = $2::uuid
      )
      INSERT INTO ${identity} ("id", "userId", "issuer", "sub", "createdAt", "groupsReadAt", "groups", "provesAddress", "isSource")
      VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)
      RETURNING (
        SELECT cardinality(u."groups") > 0 FROM ${user} u
        WHERE u."id" = $2::uuid AND NOT EXISTS (SELECT 1 FROM ${identity} i WHERE i."userId" = u."id")
      ) AS "hadOwnGroups"`;
  }

  /** The oldest first. */
  ofUser(userId: string, manager: EntityManager = this.dataSource.manager): Promise<Identity[]> {
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    return manager.getRepository(Identity).find({ where: { userId }, order });
  }

  /**
   * Opens a user's account with one more identity, in the transaction of `manager`: in one statement. Groups that the
   * account had of nobody it has no more.
   */
  async add(
    { id: userId, subject }: Pick<User, 'id' | 'subject'>,
    { issuer, sub, groups, provesAddress, isSource }: NewIdentity,
    manager: EntityManager,
  ): Promise<void> {
    const now = new Date(this.clock.now());
    const values = [randomUUID(), userId, issuer, sub, now, groups, provesAddress, isSource];
    const [added] = await manager.query<{ hadOwnGroups: boolean | null }[]>(this.insertion, values);
    if (added?.hadOwnGroups) await this.lost(subject, manager);
  }

  /** Groups as they are now; what live tokens have by groups that are gone, they lose. */
  async replaceGroups(
    { id, subject }: Pick<User, 'id' | 'subject'>,
    { issuer, sub, groups }: Pick<Identity, 'issuer' | 'sub' | 'groups'>,
    before: readonly string[],
    manager: EntityManager,
  ): Promise<void> {
    const kept = new Set(groups);
    const groupsReadAt = new Date(this.clock.now());
    await manager.getRepository(Identity).update({ issuer, sub }, { groups, groupsReadAt });
    await manager.getRepository(User).update(id, { groups, groupsReadAt });
    if (before.some((group) => !kept.has(group))) await this.lost(subject, manager);
  }

  /** Takes an identity off an account, with what it gave; in the transaction of `manager`. */
  async remove(
    { id: userId, subject }: Pick<User, 'id' | 'subject'>,
    { id, issuer, sub }: Pick<Identity, 'id' | 'issuer' | 'sub'>,
    manager: EntityManager,
  ): Promise<void> {
    await manager.getRepository(Identity).delete({ id });
    await manager.getRepository(Account).delete({ providerId: issuer, accountId: sub });
    const last = (await this.ofUser(userId, manager)).at(-1);
    const now = new Date(this.clock.now());
    await manager.getRepository(User).update(userId, {
      groups: last?.groups ?? [],
      groupsReadAt: last?.groupsReadAt ?? null,
      // Whoever is signing in with it at this moment does not come in.
      passwordChangedAt: now,
      updatedAt: now,
    });
    await this.lost(subject, manager);
  }

  /** Those of one account open another from now on, and prove nothing of its address; in the transaction of `manager`. */
  async move(
    fromId: string,
    { id, subject }: Pick<User, 'id' | 'subject'>,
    manager: EntityManager,
  ): Promise<void> {
    const moved = { userId: id, provesAddress: false, isSource: false };
    await manager.getRepository(Identity).update({ userId: fromId }, moved);
    const accounts = { userId: fromId, providerId: Not(CREDENTIAL) };
    await manager.getRepository(Account).update(accounts, { userId: id });
    const last = (await this.ofUser(id, manager)).at(-1);
    if (!last) return;
    const { groups, groupsReadAt } = last;
    await manager.getRepository(User).update(id, { groups, groupsReadAt });
    await this.lost(subject, manager);
  }

  /** What live tokens have by groups that are gone, they lose. */
  private async lost(subject: string, manager: EntityManager): Promise<void> {
    await this.revocations.policyChanged({ userIds: [subject] }, manager);
  }
}

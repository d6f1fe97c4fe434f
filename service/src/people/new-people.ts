import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import type { PersonAccount } from './person-account.js';

/** Somebody without an account, by the word of an issuer that may say so. */
export type NewPerson = Pick<User, 'name' | 'email' | 'image'> & Pick<Identity, 'issuer' | 'sub' | 'groups'>;

/** Makes accounts of people who are known by an identity alone. */
@Injectable()
export class NewPeople {
  private readonly insertion: string;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    const [user, account, identity] = [User, Account, Identity].map((entity) => {
      const { schema, tableName } = dataSource.getRepository(entity).metadata;
      return `"${schema}"."${tableName}"`;
    });
    // Groups of the user and the row of `account` are for the version before.
    this.insertion = `
      WITH made AS (
        INSERT INTO ${user} ("id", "subject", "name", "email", "emailVerified", "image", "role", "createdAt", "updatedAt",
          "groups", "groupsReadAt")
        VALUES ($1::uuid, $1::text, $2, $3, true, $4, 'member', $5, $5, $8, $5)
        ON CONFLICT ("email") DO NOTHING RETURNING "id"
      ), known AS (
        INSERT INTO ${account} ("id", "userId", "providerId", "accountId", "createdAt", "updatedAt")
        SELECT $1::uuid, "id", $6, $7, $5, $5 FROM made
      )
      INSERT INTO ${identity} ("id", "userId", "issuer", "sub", "createdAt", "groupsReadAt", "groups", "provesAddress", "isSource")
      SELECT $1::uuid, "id", $6, $7, $5, $5, $8::text[], true, true FROM made RETURNING "userId"`;
  }

  /** A member whom the identity opens from now on, in one statement; null where the address is somebody's. */
  async add({ name, email, image, issuer, sub, groups }: NewPerson): Promise<PersonAccount | null> {
    const id = randomUUID();
    const now = new Date(this.clock.now());
    const values = [id, name, email, image, now, issuer, sub, groups];
    const made = await this.dataSource.query<{ userId: string }[]>(this.insertion, values);
    if (made.length === 0) return null;
    return {
      id,
      name,
      email,
      emailVerified: true,
      picture: image ?? undefined,
      disabled: false,
      role: 'member',
      memberships: [{ issuer, groups, readAt: now }],
    };
  }
}

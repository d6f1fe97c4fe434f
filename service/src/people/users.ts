import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager, In } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { asciiLowerCase } from '../config/ascii-lower-case.js';
import type { Role } from '../web/roles.js';
import { asAccount, type PersonAccount } from './person-account.js';
import { isBetterAuthHash } from './better-auth-password.js';
import { hashPassword, isPassword } from './passwords.js';

/** The `providerId` of a password. */
export const CREDENTIAL = 'credential';

export interface NewUser {
  name: string;
  email: string;
  password: string;
  role: Role;
}

/** One spelling per address, of what somebody has typed. */
export function normaliseEmail(email: string): string {
  return asciiLowerCase(email.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
}

/** Milliseconds for which it is remembered whether there are passwords that were taken over: it costs a statement. */
const IMPORT_MEMORY = 60_000;

@Injectable()
export class Users {
  private imported: { are: boolean; until: number } | undefined;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  find(id: string): Promise<User | null> {
    return this.dataSource.getRepository(User).findOneBy({ id });
  }

  bySubject(subject: string): Promise<User | null> {
    return this.dataSource.getRepository(User).findOneBy({ subject });
  }

  findByEmail(email: string): Promise<User | null> {
    return this.dataSource.getRepository(User).findOneBy({ email: normaliseEmail(email) });
  }

  /** Those of these ids or subjects that there are. */
  all(ids: readonly string[]): Promise<User[]> {
    return this.dataSource
      .getRepository(User)
      .findBy([{ id: In(ids.filter((id) => isUUID(id))) }, { subject: In(ids) }]);
  }

  /** Everybody whom a name stands for: an email, an id, or a subject. */
  named(name: string, transaction?: EntityManager): Promise<User[]> {
    const byId = isUUID(name) ? [{ id: name }] : [];
    return (transaction ?? this.dataSource.manager).getRepository(User).find({
      where: [{ email: normaliseEmail(name) }, { subject: name }, ...byId],
      ...(transaction && { lock: { mode: 'for_key_share' } }),
    });
  }

  /** A person with their groups, as the library and the policy know them: in one statement. */
  async account(
    who: { subject: string } | { email: string } | Pick<Identity, 'issuer' | 'sub'>,
  ): Promise<PersonAccount | null> {
    const query = this.dataSource
      .getRepository(User)
      .createQueryBuilder('user')
      .leftJoinAndMapMany('user.identities', Identity, 'identity', 'identity.userId = user.id');
    if ('sub' in who) {
      const known = query.subQuery().select('known.userId').from(Identity, 'known');
      const ids = known.where('known.issuer = :issuer AND known.sub = :sub').getQuery();
      query.where(`user.id = ${ids}`, { issuer: who.issuer, sub: who.sub });
    } else query.where('email' in who ? { email: normaliseEmail(who.email) } : who);
    const user = await query.getOne();
    return user && asAccount(user as User & { identities: Identity[] });
  }

  /** The user of this email and password; null alike, and as slowly, for an unknown email and a wrong password. */
  async authenticate(email: string, password: string): Promise<User | null> {
    const query = this.dataSource
      .getRepository(User)
      .createQueryBuilder('user')
      .leftJoin(Account, 'account', 'account.userId = user.id AND account.providerId = :provider', {
        provider: CREDENTIAL,
      })
      .addSelect('account.password', 'password')
      .where('user.email = :email', { email: normaliseEmail(email) });
    const [found, hasImported] = await Promise.all([
      query.getRawAndEntities<{ password: string | null }>(),
      this.mayHaveImported(),
    ]);
    const user = found.entities[0] ?? null;
    const hash = found.raw[0]?.password ?? null;
    const matches = await isPassword(hash, password, hasImported);
    if (!matches || !user || user.disabledAt !== null) return null;
    if (hash !== null && isBetterAuthHash(hash)) await this.rehash(user.id, hash, password);
    return user;
  }

  /** Whether there are passwords that were taken over and not used since. */
  private hasImportedPasswords(): Promise<boolean> {
    return this.dataSource
      .getRepository(Account)
      .createQueryBuilder('account')
      .where(`account.password NOT LIKE '$%'`)
      .getExists();
  }

  /** The same, as it was at most a minute ago. */
  private async mayHaveImported(): Promise<boolean> {
    const now = this.clock.now();
    if (!this.imported || this.imported.until <= now)
      this.imported = { are: await this.hasImportedPasswords(), until: now + IMPORT_MEMORY };
    return this.imported.are;
  }

  /** A password that was taken over is one of ours from its first use on; unless it is another one by now. */
  private async rehash(userId: string, imported: string, password: string): Promise<void> {
    const account = { userId, providerId: CREDENTIAL, password: imported };
    const updatedAt = new Date(this.clock.now());
    const hash = await hashPassword(password);
    await this.dataSource.getRepository(Account).update(account, { password: hash, updatedAt });
  }

  hasAdministrator(manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    return manager.getRepository(User).existsBy({ role: 'administrator' });
  }

  /** Adds a user with a password, in the transaction of `manager`. */
  async add({ password, ...person }: NewUser, manager: EntityManager): Promise<User> {
    const hash = await hashPassword(password);
    const user = await this.insert(person, manager);
    await this.setPassword(user.id, hash, manager);
    return user;
  }

  /** Adds a user who has no way to sign in yet, in the transaction of `manager`. */
  async insert(
    { email, ...person }: Omit<NewUser, 'password'> & Partial<User>,
    manager: EntityManager,
  ): Promise<User> {
    const now = new Date(this.clock.now());
    const id = randomUUID();
    const user = manager.getRepository(User).create({
      id,
      subject: id,
      email: normaliseEmail(email),
      emailVerified: false,
      image: null,
      createdAt: now,
      updatedAt: now,
      disabledAt: null,
      lastSignInAt: null,
      passwordChangedAt: null,
      groups: [],
      groupsReadAt: null,
      ...person,
    });
    await manager.getRepository(User).insert(user);
    return user;
  }

  /** Gives a user this password in place of the one they had, if any; in the transaction of `manager`. @param hash of argon2id. */
  async setPassword(userId: string, hash: string, manager: EntityManager): Promise<void> {
    const accounts = manager.getRepository(Account);
    const updatedAt = new Date(this.clock.now());
    const replaced = await accounts.update({ userId, providerId: CREDENTIAL }, { password: hash, updatedAt });
    if (replaced.affected === 1) return;
    await accounts.insert({
      id: randomUUID(),
      accountId: userId,
      providerId: CREDENTIAL,
      userId,
      password: hash,
      createdAt: updatedAt,
      updatedAt,
    });
  }
}

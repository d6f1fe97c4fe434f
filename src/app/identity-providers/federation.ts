import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from '../../index.js';
import type { OidcProviderConfig } from '../config/oidc-provider.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import { Account } from '../entities/account.entity.js';
import { User } from '../entities/user.entity.js';
import { SignInRefused } from './sign-in-refused.js';
import type { KnownIdentity } from './oidc.strategy.js';
import type { UpstreamIdentity } from './upstream-identity.js';

/** Whose account an identity at a provider opens. */
@Injectable()
export class Federation {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
  ) {}

  /** The user of an identity, found, linked or made, with the groups of now. @throws SignInRefused. */
  async admit(provider: OidcProviderConfig, identity: KnownIdentity): Promise<User> {
    this.checkCompany(provider, identity);
    const known = await this.find(identity);
    if (known?.disabledAt) throw new SignInRefused('Your account is disabled. Ask an administrator.');
    const user = known ?? (await this.adopt(provider, identity));
    if (!user) return this.join(provider, identity);
    await this.renew(user, identity.groups);
    return user;
  }

  /** Makes the identity another way to sign in as this user. @throws SignInRefused when it is somebody else's. */
  async link(userId: string, provider: OidcProviderConfig, identity: KnownIdentity): Promise<void> {
    this.checkCompany(provider, identity);
    const known = await this.find(identity);
    if (known && known.id !== userId)
      throw new SignInRefused(`This identity at ${provider.name} belongs to another account here.`);
    const user = await this.users.findOneBy({ id: userId });
    if (!user || user.disabledAt) throw new SignInRefused('Your account is disabled. Ask an administrator.');
    if (!known) await this.once(() => this.accounts.insert(this.account(userId, identity)));
    await this.renew(user, identity.groups);
  }

  /** Issuers of the identities that open a user's account. */
  async issuers(userId: string): Promise<string[]> {
    const accounts = await this.accounts.findBy({ userId });
    return accounts.map(({ providerId }) => providerId);
  }

  private find({ issuer, subject }: UpstreamIdentity): Promise<User | null> {
    return this.users
      .createQueryBuilder('user')
      .innerJoin(Account, 'account', 'account.userId = user.id')
      .where('account.providerId = :issuer AND account.accountId = :subject', { issuer, subject })
      .getOne();
  }

  /** The user of the same email, where the provider may speak for it; never somebody with power here. */
  private async adopt(provider: OidcProviderConfig, identity: KnownIdentity): Promise<User | null> {
    const { email } = identity;
    const user = email === null ? null : await this.users.findOneBy({ email });
    if (!user) return null;
    const isVouched = identity.emailVerified && speaksFor(provider, email);
    if (!isVouched || user.role !== 'member' || user.disabledAt)
      throw new SignInRefused(
        `There is an account with your email already. Sign in to it as you did before, and connect ${provider.name} on the start page.`,
      );
    await this.once(() =>
      this.dataSource.transaction(async (manager) => {
        await manager
          .getRepository(User)
          .findOneOrFail({ where: { id: user.id }, lock: { mode: 'pessimistic_write' } });
        await this.refuseHeir(user.id, provider, manager);
        await manager.getRepository(Account).insert(this.account(user.id, identity));
      }),
    );
    return user;
  }

  /** A company gives the address of somebody who left to somebody else: the subject is another then, the account too. */
  private async refuseHeir(
    userId: string,
    provider: OidcProviderConfig,
    manager: EntityManager,
  ): Promise<void> {
    const identity = { userId, providerId: provider.issuer };
    if (await manager.getRepository(Account).existsBy(identity))
      throw new SignInRefused(
        `There is an account with your email already, and ${provider.name} knows it as somebody else's. Ask an administrator.`,
      );
  }

  private async join(provider: OidcProviderConfig, identity: KnownIdentity): Promise<User> {
    const { name, email, emailVerified, picture, groups } = identity;
    if (!this.config.signIn.signUp)
      throw new SignInRefused('There is no account for you here. Ask an administrator for an invitation.');
    if (email === null || !emailVerified)
      throw new SignInRefused(
        `${provider.name} does not say that your email address is yours. Ask an administrator.`,
      );
    if (provider.domains.length > 0 && !speaksFor(provider, email))
      throw new SignInRefused('Your email address is not one of this company. Use your company account.');
    const now = new Date(this.clock.now());
    const user = this.users.create({
      id: randomUUID(),
      name: name ?? email,
      email,
      emailVerified: true,
      image: picture,
      createdAt: now,
      updatedAt: now,
      role: 'member',
      disabledAt: null,
      groups,
      groupsReadAt: now,
    });
    await this.once(() =>
      this.dataSource.transaction(async (manager) => {
        await manager.getRepository(User).insert(user);
        await manager.getRepository(Account).insert(this.account(user.id, identity));
      }),
    );
    return user;
  }

  private account(userId: string, { issuer, subject }: UpstreamIdentity): Partial<Account> & { id: string } {
    const now = new Date(this.clock.now());
    return {
      id: randomUUID(),
      accountId: subject,
      providerId: issuer,
      userId,
      createdAt: now,
      updatedAt: now,
    };
  }

  /** Groups as they are now; what live tokens have by groups that are gone, they lose. */
  private async renew({ id, groups: before }: User, groups: string[]): Promise<void> {
    const now = { groups, groupsReadAt: new Date(this.clock.now()) };
    const kept = new Set(groups);
    if (before.every((group) => kept.has(group))) {
      await this.users.update(id, now);
      return;
    }
    await this.dataSource.transaction(async (manager) => {
      await manager.getRepository(User).update(id, now);
      await this.revocations.policyChanged({ userIds: [id] }, manager);
    });
  }

  /** A Google account of another company, or of none. */
  private checkCompany({ domains, hostedDomain }: OidcProviderConfig, identity: UpstreamIdentity): void {
    const company = identity.hostedDomain;
    const isWrong = company === null ? hostedDomain === 'required' : !domains.includes(company);
    if (domains.length > 0 && isWrong)
      throw new SignInRefused('Your account is not one of this company. Use your company account.');
  }

  /** Two browsers of one person may come at once: the second finds the row of the first. */
  private async once(insert: () => Promise<unknown>): Promise<void> {
    try {
      await insert();
    } catch (error) {
      if (!(error instanceof QueryFailedError) || (error as { code?: string }).code !== '23505') throw error;
      throw new SignInRefused('You are signing in twice at once. Try again.', 409, undefined, {
        cause: error,
      });
    }
  }

  private get accounts() {
    return this.dataSource.getRepository(Account);
  }

  private get users() {
    return this.dataSource.getRepository(User);
  }
}

function speaksFor({ domains }: OidcProviderConfig, email: string | null): boolean {
  return email !== null && domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

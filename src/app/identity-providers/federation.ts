import { HttpStatus, Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, QueryFailedError } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from '../../index.js';
import type { OidcProviderConfig } from '../config/identity-providers.js';
import type { ServiceConfig } from '../config/service-config.js';
import { SERVICE_CONFIG } from '../config/service-config.token.js';
import { Invitations } from '../accounts/invitations.js';
import { Users } from '../accounts/users.js';
import { Account } from '../entities/account.entity.js';
import { User } from '../entities/user.entity.js';
import { SignInRefused } from './sign-in-refused.js';
import type { UpstreamIdentity } from './upstream-identity.js';

/** Whose account an identity at a provider opens. */
@Injectable()
export class Federation {
  private readonly logger = new Logger(Federation.name);

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
    private readonly revocations: McpRevocations,
    private readonly accounts: Users,
    private readonly invitations: Invitations,
    private readonly clock: Clock,
  ) {}

  /** The user of an identity, found, linked or made, with the groups of now. @throws SignInRefused. */
  async admit(provider: OidcProviderConfig, identity: UpstreamIdentity): Promise<User> {
    const groups = this.groups(provider, identity);
    this.checkCompany(provider, identity);
    const known = await this.find(identity);
    if (known?.disabledAt) throw new SignInRefused('Your account is disabled. Ask an administrator.');
    const user = known ?? (await this.adopt(provider, identity)) ?? (await this.join(provider, identity));
    await this.renew(user, groups);
    return user;
  }

  /** Makes the account of an invitation, which the identity opens from now on, whatever its email. @throws SignInRefused. */
  async accept(provider: OidcProviderConfig, identity: UpstreamIdentity, token: string): Promise<User> {
    const groups = this.groups(provider, identity);
    this.checkCompany(provider, identity);
    if (await this.find(identity))
      throw new SignInRefused(
        `This identity at ${provider.name} opens an account here already. Sign in with it.`,
        HttpStatus.CONFLICT,
      );
    const user = await this.invitations.redeem(token, async ({ email, name, role }, manager) => {
      const invited = await this.accounts.insert(
        {
          name: name ?? identity.name ?? email,
          email,
          emailVerified: identity.emailVerified && identity.email === email,
          image: identity.picture,
          role,
          groups,
          groupsReadAt: new Date(this.clock.now()),
        },
        manager,
      );
      await manager.getRepository(Account).insert(this.account(invited.id, identity));
      return invited;
    });
    if (!user) throw new SignInRefused('The invitation works no more. Ask for a new one.', HttpStatus.GONE);
    return user;
  }

  /** Makes the identity another way to sign in as this user. @throws SignInRefused when it is somebody else's. */
  async link(userId: string, provider: OidcProviderConfig, identity: UpstreamIdentity): Promise<void> {
    const groups = this.groups(provider, identity);
    this.checkCompany(provider, identity);
    const known = await this.find(identity);
    if (known && known.id !== userId)
      throw new SignInRefused(`This identity at ${provider.name} belongs to another account here.`);
    const user = await this.users.findOneBy({ id: userId });
    if (!user || user.disabledAt) throw new SignInRefused('Your account is disabled. Ask an administrator.');
    if (!known) await this.addIdentity(userId, identity);
    await this.renew(user, groups);
  }

  /** Issuers of the identities that open a user's account. */
  async issuers(userId: string): Promise<string[]> {
    const accounts = await this.dataSource.getRepository(Account).findBy({ userId });
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
  private async adopt(provider: OidcProviderConfig, identity: UpstreamIdentity): Promise<User | null> {
    const { email } = identity;
    const user = email === null ? null : await this.users.findOneBy({ email });
    if (!user) return null;
    const isVouched = identity.emailVerified && speaksFor(provider, email);
    if (!isVouched || user.role !== 'member' || user.disabledAt)
      throw new SignInRefused(
        `There is an account with your email already. Sign in to it as you did before, and connect ${provider.name} on the page of your account.`,
      );
    await this.addIdentity(user.id, identity);
    return user;
  }

  private async join(provider: OidcProviderConfig, identity: UpstreamIdentity): Promise<User> {
    const { name, email, emailVerified, picture } = identity;
    if (!this.config.signIn.signUp)
      throw new SignInRefused('There is no account for you here. Ask an administrator for an invitation.');
    if (email === null || !emailVerified)
      throw new SignInRefused(
        `${provider.name} does not say that your email address is yours. Ask an administrator.`,
      );
    if (provider.domains.length > 0 && !speaksFor(provider, email))
      throw new SignInRefused('Your email address is not one of this company. Use your company account.');
    const now = new Date(this.clock.now());
    const person = { name: name ?? email, email, emailVerified: true, image: picture, groupsReadAt: now };
    return this.once(() =>
      this.dataSource.transaction(async (manager) => {
        const user = await this.accounts.insert({ ...person, role: 'member' }, manager);
        await manager.getRepository(Account).insert(this.account(user.id, identity));
        return user;
      }),
    );
  }

  private addIdentity(userId: string, identity: UpstreamIdentity): Promise<void> {
    return this.once(async () => {
      await this.dataSource.getRepository(Account).insert(this.account(userId, identity));
    });
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
  private async renew(user: User, groups: string[]): Promise<void> {
    const groupsReadAt = new Date(this.clock.now());
    await this.users.update(user.id, { groups, groupsReadAt });
    if (user.groups.some((group) => !groups.includes(group)))
      await this.revocations.policyChanged({ userIds: [user.id] });
  }

  private groups({ name }: OidcProviderConfig, { groups, subject }: UpstreamIdentity): string[] {
    if (groups !== 'overage') return groups;
    this.logger.error(
      `${name} sent no groups of ${subject}, who is in too many: let it send the groups assigned to this application alone, or application roles.`,
    );
    throw new SignInRefused(
      `You are in more groups than ${name} sends. Ask your administrator to let it send the groups of this application alone.`,
    );
  }

  /** A Google account of another company. */
  private checkCompany({ domains }: OidcProviderConfig, { hostedDomain }: UpstreamIdentity): void {
    if (domains.length > 0 && hostedDomain !== null && !domains.includes(hostedDomain))
      throw new SignInRefused('Your account is not one of this company. Use your company account.');
  }

  /** Two browsers of one person may come at once: the second finds the row of the first. */
  private async once<Result>(insert: () => Promise<Result>): Promise<Result> {
    try {
      return await insert();
    } catch (error) {
      if (!(error instanceof QueryFailedError) || (error as { code?: string }).code !== '23505') throw error;
      throw new SignInRefused('You are signing in twice at once. Try again.', 409, undefined, {
        cause: error,
      });
    }
  }

  private get users() {
    return this.dataSource.getRepository(User);
  }
}

function speaksFor({ domains }: OidcProviderConfig, email: string | null): boolean {
  return email !== null && domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

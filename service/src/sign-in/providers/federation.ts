import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { Invitations } from '../../people/invitations.js';
import { Users } from '../../people/users.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { Account } from '../../people/entities/account.entity.js';
import { User } from '../../people/entities/user.entity.js';
import { KnownPeople } from './known-people.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { SignInRefused } from './sign-in-refused.js';

const DISABLED = 'Your account is disabled. Ask an administrator.';
const UNIQUE_VIOLATION = '23505';

/** Whose account an identity at a provider opens. */
@Injectable()
export class Federation {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
    private readonly known: KnownPeople,
    private readonly accounts: Users,
    private readonly invitations: Invitations,
    private readonly revocations: McpRevocations,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** The user of an identity, found, linked or made, with the groups of now. @throws SignInRefused. */
  async admit(provider: OidcProviderConfig, identity: KnownIdentity): Promise<Pick<User, 'id'>> {
    checkCompany(provider, identity);
    const known = await this.known.renew(identity);
    if (known?.disabledAt) throw new SignInRefused(DISABLED);
    if (known?.isRenewed) {
      this.recordGroups(known, identity);
      return known;
    }
    const user = known ?? (await this.adopt(provider, identity));
    if (!user) return this.join(provider, identity);
    await this.replaceGroups(user, identity);
    return user;
  }

  /** Makes the account of an invitation, which the identity opens from now on, whatever its email. @throws SignInRefused. */
  async accept(provider: OidcProviderConfig, identity: KnownIdentity, token: string): Promise<User> {
    checkCompany(provider, identity);
    if (await this.known.find(identity))
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
          groups: identity.groups,
          groupsReadAt: new Date(this.clock.now()),
        },
        manager,
      );
      await this.addIdentity(invited.id, identity, manager);
      return invited;
    });
    if (!user) throw new SignInRefused('The invitation works no more. Ask for a new one.', HttpStatus.GONE);
    return user;
  }

  /** Makes the identity another way to sign in as this user. @throws SignInRefused when it is somebody else's. */
  async link(userId: string, provider: OidcProviderConfig, identity: KnownIdentity): Promise<void> {
    checkCompany(provider, identity);
    const known = await this.known.find(identity);
    if (known && known.id !== userId)
      throw new SignInRefused(`This identity at ${provider.name} belongs to another account here.`);
    const user = await this.accounts.find(userId);
    if (!user || user.disabledAt) throw new SignInRefused(DISABLED);
    if (!known && (await this.issuers(userId)).includes(identity.issuer))
      throw new SignInRefused(`Your account is connected with another identity at ${provider.name} already.`);
    if (!known) await once(() => this.addIdentity(userId, identity, this.dataSource.manager));
    if (!known) this.recordLink(userId, identity);
    await this.replaceGroups(user, identity);
  }

  /** Issuers of the identities that open a user's account. */
  async issuers(userId: string): Promise<string[]> {
    const accounts = await this.dataSource.getRepository(Account).findBy({ userId });
    return accounts.map(({ providerId }) => providerId);
  }

  /** The user of the same email, where the provider may speak for it; never somebody with power here. */
  private async adopt(provider: OidcProviderConfig, identity: KnownIdentity): Promise<User | null> {
    const { email } = identity;
    const user = email === null ? null : await this.accounts.findByEmail(email);
    if (!user) return null;
    const isVouched = identity.emailVerified && speaksFor(provider, email);
    if (!isVouched || user.role !== 'member' || user.disabledAt)
      throw new SignInRefused(
        `There is an account with your email already. Sign in to it as you did before, and connect ${provider.name} on the page of your account.`,
      );
    await once(() =>
      this.dataSource.transaction(async (manager) => {
        await manager
          .getRepository(User)
          .findOneOrFail({ where: { id: user.id }, lock: { mode: 'pessimistic_write' } });
        await this.refuseHeir(user.id, provider, manager);
        await this.addIdentity(user.id, identity, manager);
      }),
    );
    this.recordLink(user.id, identity);
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
    const isVouched = emailVerified && speaksFor(provider, email);
    if (!this.config.signUp && !(isVouched && (await this.invitations.isOpenFor(email))))
      throw new SignInRefused('There is no account for you here. Ask an administrator for an invitation.');
    if (email === null || !emailVerified)
      throw new SignInRefused(
        `${provider.name} does not say that your email address is yours. Ask an administrator.`,
      );
    if (provider.domains.length > 0 && !speaksFor(provider, email))
      throw new SignInRefused('Your email address is not one of this company. Use your company account.');
    const groupsReadAt = new Date(this.clock.now());
    const person = { name: name ?? email, email, emailVerified: true, image: picture, groups, groupsReadAt };
    const user = await once(() =>
      this.dataSource.transaction(async (manager) => {
        // What an invitation gives comes of a provider that speaks for the address, as of its link.
        const invitation = isVouched ? await this.invitations.takeOf(email, manager) : null;
        const joined = await this.accounts.insert({ ...person, role: invitation?.role ?? 'member' }, manager);
        await this.addIdentity(joined.id, identity, manager);
        return joined;
      }),
    );
    const detail = { target: user.id, email, role: user.role, by: identity.issuer };
    this.audit.record({ action: 'account.create', outcome: 'success', userId: user.id, detail });
    return user;
  }

  private async addIdentity(
    userId: string,
    { issuer, subject }: KnownIdentity,
    manager: EntityManager,
  ): Promise<void> {
    const now = new Date(this.clock.now());
    await manager.getRepository(Account).insert({
      id: randomUUID(),
      accountId: subject,
      providerId: issuer,
      userId,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** Groups as they are now; what live tokens have by groups that are gone, they lose. */
  private async replaceGroups(
    user: Pick<User, 'id' | 'groups'>,
    identity: Pick<KnownIdentity, 'groups'>,
  ): Promise<void> {
    const { groups } = identity;
    const kept = new Set(groups);
    await this.dataSource.transaction(async (manager) => {
      const groupsReadAt = new Date(this.clock.now());
      await manager.getRepository(User).update(user.id, { groups, groupsReadAt });
      if (user.groups.some((group) => !kept.has(group)))
        await this.revocations.policyChanged({ userIds: [user.id] }, manager);
    });
    this.recordGroups(user, identity);
  }

  private recordGroups(
    { id: userId, groups: before }: Pick<User, 'id' | 'groups'>,
    { groups: after }: Pick<KnownIdentity, 'groups'>,
  ): void {
    if (isDeepStrictEqual(before.toSorted(), after.toSorted())) return;
    this.audit.record({ action: 'account.groups', outcome: 'success', userId, detail: { before, after } });
  }

  private recordLink(userId: string, { issuer, subject }: KnownIdentity): void {
    const detail = { target: userId, issuer, subject };
    this.audit.record({ action: 'account.link', outcome: 'success', userId, detail });
  }
}

/** A Google account of another company, or of none. @throws SignInRefused */
function checkCompany({ domains, hostedDomain }: OidcProviderConfig, identity: KnownIdentity): void {
  const company = identity.hostedDomain;
  const isWrong = company === null ? hostedDomain === 'required' : !domains.includes(company);
  if (domains.length > 0 && isWrong)
    throw new SignInRefused('Your account is not one of this company. Use your company account.');
}

/** Two browsers of one person may come at once: the second finds the row of the first. */
async function once<Result>(insert: () => Promise<Result>): Promise<Result> {
  try {
    return await insert();
  } catch (error) {
    if (!(error instanceof QueryFailedError) || (error as { code?: string }).code !== UNIQUE_VIOLATION)
      throw error;
    throw new SignInRefused('You are signing in twice at once. Try again.', HttpStatus.CONFLICT, undefined, {
      cause: error,
    });
  }
}

function speaksFor({ domains }: OidcProviderConfig, email: string | null): email is string {
  return email !== null && domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

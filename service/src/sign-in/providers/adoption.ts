import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../../audit/audit-trail.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { AccountReset, type Ended } from '../../people/account-reset.js';
import type { Identity } from '../../people/entities/identity.entity.js';
import { User } from '../../people/entities/user.entity.js';
import { Identities } from '../../people/identities.js';
import { Users } from '../../people/users.js';
import { speaksFor } from './address-authority.js';
import type { Admission } from './admission.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { atOnce, SignInRefused } from './sign-in-refused.js';

/** Gives people the account that is there with their address already. */
@Injectable()
export class Adoption {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
    private readonly users: Users,
    private readonly identities: Identities,
    private readonly reset: AccountReset,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The user of the same address, where the provider may speak for it; never somebody with power here. Where nobody has
   * proved the address before, whoever had the account until now loses it. Null when there is no such user.
   * @throws SignInRefused
   */
  async adopt(provider: OidcProviderConfig, identity: KnownIdentity): Promise<Admission | null> {
    const { email } = identity;
    if (email === null || !(await this.users.findByEmail(email))) return null;
    return atOnce(() =>
      this.dataSource.transaction(async (manager) => {
        const users = manager.getRepository(User);
        const user = await users.findOne({ where: { email }, lock: { mode: 'pessimistic_write' } });
        if (!user) return null;
        const before = await this.identities.ofUser(user.id, manager);
        refuseStranger(user, before, provider, identity);
        const ended = this.isProved(before, email) ? null : await this.reset.end(user, manager);
        await this.connect(user, before, identity, ended, manager);
        const { id, passwordChangedAt } = await users.findOneByOrFail({ id: user.id });
        return { user: { id, passwordChangedAt }, news: news(provider, email, ended) };
      }),
    );
  }

  /** Whose account it would be, and whether everything else of it would end; null when there is none. @throws SignInRefused */
  async foresee(
    provider: OidcProviderConfig,
    identity: KnownIdentity,
  ): Promise<{ user: User; endsOthers: boolean } | null> {
    const { email } = identity;
    const user = email === null ? null : await this.users.findByEmail(email);
    if (!user || email === null) return null;
    const before = await this.identities.ofUser(user.id);
    refuseStranger(user, before, provider, identity);
    return { user, endsOthers: !this.isProved(before, email) };
  }

  /** By a provider that may say so now: what another said before it was known whose the domain is counts for nothing. */
  private isProved(identities: readonly Identity[], email: string): boolean {
    return identities.some(
      ({ issuer, provesAddress }) =>
        provesAddress && this.config.providers.some((one) => one.issuer === issuer && speaksFor(one, email)),
    );
  }

  private async connect(
    { id, subject }: User,
    before: readonly Identity[],
    { issuer, subject: sub, groups }: KnownIdentity,
    ended: Ended | null,
    manager: EntityManager,
  ): Promise<void> {
    const isSource = ended !== null || !before.some((one) => one.isSource);
    await this.identities.add(
      { id, subject },
      { issuer, sub, groups, provesAddress: true, isSource },
      manager,
    );
    await manager.getRepository(User).update(id, { emailVerified: true });
    const detail = { target: id, issuer, subject: sub, ...ended };
    await this.audit.commit({ action: 'account.link', outcome: 'success', userId: id, detail }, manager);
  }
}

/** An account goes to nobody on a word that does not count. @throws SignInRefused */
function refuseStranger(
  { email, role, disabledAt }: User,
  before: readonly Identity[],
  provider: OidcProviderConfig,
  { emailVerified }: KnownIdentity,
): void {
  const isVouched = emailVerified && speaksFor(provider, email);
  if (!isVouched || role !== 'member' || disabledAt)
    throw new SignInRefused(
      `There is an account with your email already. Sign in to it as you did before, and connect ${provider.name} on the page of your account.`,
    );
  refuseHeir(before, provider);
}

/** A company gives the address of somebody who left to somebody else: the subject is another then, the account too. */
function refuseHeir(identities: readonly Identity[], { issuer, name }: OidcProviderConfig): void {
  if (identities.some((one) => one.issuer === issuer))
    throw new SignInRefused(
      `There is an account with your email already, and ${name} knows it as somebody else's. Ask an administrator.`,
    );
}

function news({ name }: OidcProviderConfig, email: string, ended: Ended | null): string {
  return ended === null
    ? `There was an account for ${email} here already. From now on you can sign in to it with ${name}, too.`
    : `There was an account for ${email} here already, and nobody had proved that the address is theirs. It is yours now, and opens with ${name} alone: its password, its other ways to sign in, its sessions and its connected applications have ended. Connect your applications again.`;
}

import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { Identities, type NewIdentity } from '../../people/identities.js';
import { Invitations } from '../../people/invitations.js';
import { PersonDetails } from '../../people/person-details.js';
import { Users } from '../../people/users.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import type { User } from '../../people/entities/user.entity.js';
import { authorityOver, proves, speaksFor } from './address-authority.js';
import type { Admission, Foreseen } from './admission.js';
import { Adoption } from './adoption.js';
import { checkCompany } from './company-check.js';
import { KnownPeople, type KnownPerson } from './known-people.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { atOnce, DISABLED, SignInRefused } from './sign-in-refused.js';

/** Whose account an identity at a provider opens. */
@Injectable()
export class Federation {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
    private readonly known: KnownPeople,
    private readonly accounts: Users,
    private readonly identities: Identities,
    private readonly invitations: Invitations,
    private readonly details: PersonDetails,
    private readonly adoption: Adoption,
    private readonly audit: AuditTrail,
  ) {}

  /** The user of an identity, found, linked or made, with the groups of now. @throws SignInRefused. */
  async admit(provider: OidcProviderConfig, identity: KnownIdentity): Promise<Admission> {
    checkCompany(provider, identity);
    const known = await this.known.renew(identity);
    if (known) return { user: await this.welcome(known, provider, identity), news: null };
    const adopted = await this.adoption.adopt(provider, identity);
    return adopted ?? { user: await this.join(provider, identity), news: null };
  }

  /** What `admit` would do now, by the same rules; it does nothing. */
  async foresee(provider: OidcProviderConfig, identity: KnownIdentity): Promise<Foreseen> {
    try {
      checkCompany(provider, identity);
      const known = await this.known.find(identity);
      if (known?.disabledAt) throw new SignInRefused(DISABLED);
      if (known) return { outcome: 'opens', account: known };
      const adopted = await this.adoption.foresee(provider, identity);
      if (adopted) return { outcome: 'adopts', account: adopted.user, endsOthers: adopted.endsOthers };
      const email = await this.founding(provider, identity);
      const invitation = speaksFor(provider, email) ? await this.invitations.openFor(email) : null;
      return { outcome: 'makes', email, role: invitation?.role ?? 'member' };
    } catch (error) {
      if (error instanceof SignInRefused) return { outcome: 'refuses', reason: error.message };
      throw error;
    }
  }

  /** Makes the account of an invitation, which the identity opens from now on, whatever its email. @throws SignInRefused. */
  async accept(provider: OidcProviderConfig, identity: KnownIdentity, token: string): Promise<Admission> {
    checkCompany(provider, identity);
    if (await this.known.find(identity))
      throw new SignInRefused(
        `This identity at ${provider.name} opens an account here already. Sign in with it.`,
        HttpStatus.CONFLICT,
      );
    const user = await this.invitations.redeem(token, async ({ email, name, role }, manager) => {
      const provesAddress = identity.email === email && proves(identity, provider, this.config.providers);
      const invited = await this.accounts.insert(
        {
          name: name ?? identity.name ?? email,
          email,
          emailVerified: provesAddress,
          image: identity.picture,
          role,
        },
        manager,
      );
      await this.identities.add(invited, asNew(identity, provesAddress), manager);
      return invited;
    });
    if (!user) throw new SignInRefused('The invitation works no more. Ask for a new one.', HttpStatus.GONE);
    return { user, news: null };
  }

  private async welcome(
    known: KnownPerson,
    provider: OidcProviderConfig,
    identity: KnownIdentity,
  ): Promise<KnownPerson> {
    if (known.disabledAt) throw new SignInRefused(DISABLED);
    const { issuer, subject: sub, groups } = identity;
    if (!known.isRenewed)
      await this.dataSource.transaction((manager) =>
        this.identities.replaceGroups(known, { issuer, sub, groups }, known.groups, manager),
      );
    this.recordGroups(known, identity);
    if (known.isSource) await this.follow(known, provider, identity);
    return known;
  }

  private async follow(
    { id, name, email }: KnownPerson,
    provider: OidcProviderConfig,
    identity: KnownIdentity,
  ): Promise<void> {
    const isProved = proves(identity, provider, this.config.providers);
    const now = { name: identity.name ?? name, email: (isProved && identity.email) || email };
    if (now.name !== name || now.email !== email)
      await atOnce(() => this.details.follow(id, { name, email }, now, identity.issuer));
  }

  private async join(provider: OidcProviderConfig, identity: KnownIdentity): Promise<User> {
    const email = await this.founding(provider, identity);
    const { name, picture: image, issuer } = identity;
    const person = { name: name ?? email, email, emailVerified: true, image };
    return atOnce(() =>
      this.dataSource.transaction(async (manager: EntityManager) => {
        // What an invitation gives comes of a provider that speaks for the address, as of its link.
        const invitation = speaksFor(provider, email) ? await this.invitations.takeOf(email, manager) : null;
        const role = invitation?.role ?? 'member';
        const joined = await this.accounts.insert({ ...person, role }, manager);
        await this.identities.add(joined, asNew(identity, true), manager);
        const detail = { target: joined.id, role: joined.role, by: issuer };
        this.audit.record({ action: 'account.create', outcome: 'success', userId: joined.id, detail, email });
        return joined;
      }),
    );
  }

  /** The address of a new account. @throws SignInRefused when the provider's word is not enough for it. */
  private async founding(
    provider: OidcProviderConfig,
    { email, emailVerified }: KnownIdentity,
  ): Promise<string> {
    const isVouched = email !== null && emailVerified && speaksFor(provider, email);
    if (!this.config.signUp && !(isVouched && (await this.invitations.openFor(email)) !== null))
      throw new SignInRefused('There is no account for you here. Ask an administrator for an invitation.');
    if (email === null || !emailVerified)
      throw new SignInRefused(
        `${provider.name} does not say that your email address is yours. Ask an administrator.`,
      );
    const authority = authorityOver(email, provider, this.config.providers);
    if (authority)
      throw new SignInRefused(
        `${authority.name} alone speaks for your email address. Sign in with ${authority.name}.`,
      );
    if (provider.domains.length > 0 && !speaksFor(provider, email))
      throw new SignInRefused('Your email address is not one of this company. Use your company account.');
    return email;
  }

  private recordGroups(
    { id: userId, groups: before }: KnownPerson,
    { groups: after, issuer }: KnownIdentity,
  ): void {
    if (isDeepStrictEqual(before.toSorted(), after.toSorted())) return;
    const detail = { issuer, before, after };
    this.audit.record({ action: 'account.groups', outcome: 'success', userId, detail });
  }
}

function asNew({ issuer, subject: sub, groups }: KnownIdentity, provesAddress: boolean): NewIdentity {
  return { issuer, sub, groups, provesAddress, isSource: provesAddress };
}

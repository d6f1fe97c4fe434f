import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type AssertedAccount, type AssertedPerson, Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../../audit/audit-trail.js';
import { type AssertedPeopleRule, assertingProvider } from '../../config/asserted-people.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { PolicyConfig } from '../../config/policy-config.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { Identities } from '../../people/identities.js';
import { NewPeople } from '../../people/new-people.js';
import type { PersonAccount } from '../../people/person-account.js';
import { Users } from '../../people/users.js';
import { authorityOver, speaksFor } from './address-authority.js';
import { Adoption } from './adoption.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { SignInRefused } from './sign-in-refused.js';
import { readIdentity } from './upstream-identity.js';

/** An identity of an assertion; groups of null where it does not speak of them. */
type AssertedIdentity = Omit<KnownIdentity, 'groups'> & { groups: string[] | null };

/** Whose account it is that an issuer of identity assertions speaks of. */
@Injectable()
export class AssertedPeople {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly policy: PolicyConfig,
    private readonly signIn: SignInConfig,
    private readonly users: Users,
    private readonly identities: Identities,
    private readonly newcomers: NewPeople,
    private readonly adoption: Adoption,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** By issuer, tenant and subject; by address where there is none yet. Null for nobody. */
  async find({ issuer, tenant, claims }: AssertedPerson): Promise<AssertedAccount | null> {
    const rules = this.policy.file?.identityAssertions ?? [];
    const rule = rules.find(({ people }) => people.issuer === issuer && people.tenant === tenant)?.people;
    const identity = rule && identityOf(rule, claims);
    if (!identity) return null;
    const who = { issuer: identity.issuer, sub: identity.subject };
    const known = await this.users.account(who);
    if (known) return this.withGroups(known, identity);
    const made = await this.make(rule, identity);
    // Whoever made it in the same moment has made it for this person too.
    return made ?? this.adopt(rule, identity);
  }

  /** With the groups of now for those of the issuer; what live tokens have by groups that are gone, they lose. */
  private async withGroups(
    account: PersonAccount,
    { issuer, subject: sub, groups }: AssertedIdentity,
  ): Promise<PersonAccount> {
    if (groups === null || account.disabled) return account;
    const before = account.memberships.find((one) => one.issuer === issuer)?.groups ?? [];
    if (before.toSorted().join('\n') !== groups.toSorted().join('\n')) {
      const [user] = await this.users.all([account.id]);
      if (!user) return account;
      await this.dataSource.transaction((manager) =>
        this.identities.replaceGroups(user, { issuer, sub, groups }, before, manager),
      );
      const detail = { issuer, before, after: groups };
      this.audit.record({ action: 'account.groups', outcome: 'success', userId: user.id, detail });
    }
    const readAt = new Date(this.clock.now());
    const memberships = account.memberships.map((one) =>
      one.issuer === issuer ? { issuer, groups, readAt } : one,
    );
    return { ...account, memberships };
  }

  private async make(rule: AssertedPeopleRule, identity: AssertedIdentity): Promise<PersonAccount | null> {
    const { issuer, subject: sub, name, email, emailVerified, picture: image } = identity;
    const provider = this.providerOf(rule);
    if (rule.accounts !== 'created' || email === null || !emailVerified) return null;
    const isOthers = authorityOver(email, provider, this.signIn.providers) !== undefined;
    if (isOthers || (provider.domains.length > 0 && !speaksFor(provider, email))) return null;
    const person = { name: name ?? email, email, image, issuer, sub, groups: identity.groups ?? [] };
    const made = await this.newcomers.add(person);
    if (made) {
      const detail = { target: made.id, role: 'member', by: issuer };
      this.audit.record({ action: 'account.create', outcome: 'success', userId: made.id, detail, email });
    }
    return made;
  }

  /** What it speaks for at sign-in it speaks for here, unless its rule says something else. */
  private providerOf(rule: AssertedPeopleRule): OidcProviderConfig {
    const provider = assertingProvider(rule);
    const known = this.signIn.providers.find(({ issuer }) => issuer === provider.issuer);
    return rule.domains.length > 0 || !known ? provider : { ...provider, domains: known.domains };
  }

  private async adopt(rule: AssertedPeopleRule, identity: AssertedIdentity): Promise<AssertedAccount | null> {
    const who = { issuer: identity.issuer, sub: identity.subject };
    try {
      const asked = { ...identity, groups: identity.groups ?? [] };
      const adopted = await this.adoption.adopt(this.providerOf(rule), asked);
      const account = adopted && (await this.users.account(who));
      return account && { ...account, renewed: true };
    } catch (error) {
      // In another request of the same moment it may have been.
      if (error instanceof SignInRefused) return this.users.account(who);
      throw error;
    }
  }
}

function identityOf(rule: AssertedPeopleRule, claims: AssertedPerson['claims']): AssertedIdentity | null {
  const { issuer, groupsClaim } = assertingProvider(rule);
  const identity = readIdentity(issuer, { ...claims }, groupsClaim);
  if (!identity) return null;
  const isComplete = rule.groupsClaim !== null && Array.isArray(identity.groups);
  return { ...identity, groups: isComplete ? (identity.groups as string[]) : null };
}

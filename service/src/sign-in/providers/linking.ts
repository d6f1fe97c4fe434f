import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../../audit/audit-trail.js';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { SignInConfig } from '../../config/sign-in-config.js';
import { Identity } from '../../people/entities/identity.entity.js';
import { Session } from '../../people/entities/session.entity.js';
import { User } from '../../people/entities/user.entity.js';
import { Identities } from '../../people/identities.js';
import { proves } from './address-authority.js';
import { checkCompany } from './company-check.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { atOnce, SIGNED_OUT, SignInRefused } from './sign-in-refused.js';

/** People add an identity to their own account. */
@Injectable()
export class Linking {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
    private readonly identities: Identities,
    private readonly audit: AuditTrail,
  ) {}

  /** Makes the identity another way to sign in as whoever has this session. @throws SignInRefused when it is somebody else's. */
  async link(
    { id: sessionId, userId }: Pick<Session, 'id' | 'userId'>,
    provider: OidcProviderConfig,
    identity: KnownIdentity,
  ): Promise<void> {
    checkCompany(provider, identity);
    const { issuer, subject: sub, groups } = identity;
    await atOnce(() =>
      this.dataSource.transaction(async (manager) => {
        const users = manager.getRepository(User);
        const user = await users.findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } });
        // Whoever ends the session holds the row of the person, too.
        const isSignedIn = await manager.getRepository(Session).existsBy({ id: sessionId, userId });
        if (!user || user.disabledAt || !isSignedIn) throw new SignInRefused(SIGNED_OUT);
        const known = await manager.getRepository(Identity).findOneBy({ issuer, sub });
        if (known && known.userId !== userId)
          throw new SignInRefused(`This identity at ${provider.name} belongs to another account here.`);
        if (known) return this.identities.replaceGroups(user, { issuer, sub, groups }, known.groups, manager);
        if ((await this.identities.ofUser(userId, manager)).some((one) => one.issuer === issuer))
          throw new SignInRefused(
            `Your account is connected with another identity at ${provider.name} already.`,
          );
        const provesAddress =
          identity.email === user.email && proves(identity, provider, this.config.providers);
        if (provesAddress) await users.update(userId, { emailVerified: true });
        await this.identities.add(user, { issuer, sub, groups, provesAddress, isSource: false }, manager);
        const detail = { target: userId, issuer, subject: sub };
        await this.audit.commit({ action: 'account.link', outcome: 'success', userId, detail }, manager);
      }),
    );
  }
}

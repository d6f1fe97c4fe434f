import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { Author } from '../web/author.js';
import { AdministratorChanges } from './administrator-changes.js';
import { ChangeRefused } from './change-refused.js';
import { Account } from './entities/account.entity.js';
import type { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { Identities } from './identities.js';
import { allowsPassword } from './password-policy.js';
import type { Expectation } from './person-state.js';
import { CREDENTIAL } from './users.js';
import { Refusal } from '../web/refusal.js';
import { SessionEnds } from './session-ends.js';
import { TO_PEOPLE } from './to-people.js';

interface Removal {
  userId: string;
  identityId: string;
  /** Who asks for it. */
  by: Author;
  /** Whether it may be the last way to sign in. */
  mayBeLast: boolean;
  /** Of the account, as an administrator has seen it. */
  expected?: Expectation;
  /** The sign-in session that lives on. Default: none. */
  keep?: string;
}

/** Identities that open an account no more. */
@Injectable()
export class IdentityRemoval {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly changes: AdministratorChanges,
    private readonly identities: Identities,
    private readonly sessions: SessionEnds,
    private readonly audit: AuditTrail,
    private readonly config: SignInConfig,
  ) {}

  /** One of a person's own; one that is gone already stays gone. @throws ChangeRefused for the last way to sign in. */
  removeOwn(userId: string, sessionId: string, identityId: string): Promise<void> {
    const by = { userId, clientId: null, scopes: [] };
    const removal = { userId, identityId, by, mayBeLast: false, keep: sessionId };
    return this.dataSource.transaction((manager) => this.remove(removal, manager));
  }

  /** By an administrator. @throws ChangeRefused for the last way to sign in, unless `mayBeLast`. */
  removeOf(
    by: Author,
    userId: string,
    { identityId, mayBeLast }: Pick<Removal, 'identityId' | 'mayBeLast'>,
    expected: Expectation,
  ): Promise<void> {
    return this.changes.run(by, 'admin:people', (manager) =>
      this.remove({ userId, identityId, by, mayBeLast, expected }, manager),
    );
  }

  /** Whether a person could sign in with one of these. */
  private canSignIn(
    { role }: Pick<User, 'role'>,
    hasPassword: boolean,
    identities: readonly Identity[],
  ): boolean {
    const issuers = this.config.providers.map(({ issuer }) => issuer);
    return (
      (hasPassword && allowsPassword(this.config, role)) ||
      identities.some(({ issuer }) => issuers.includes(issuer))
    );
  }

  /** Ids of those without which they could not. */
  onlyWays(
    user: Pick<User, 'role'>,
    hasPassword: boolean,
    identities: readonly Identity[],
  ): ReadonlySet<string> {
    const needed = identities.filter(
      (identity) =>
        !this.canSignIn(
          user,
          hasPassword,
          identities.filter((one) => one !== identity),
        ),
    );
    return new Set(needed.map(({ id }) => id));
  }

  private async remove({ userId, identityId, by, ...how }: Removal, manager: EntityManager): Promise<void> {
    const users = manager.getRepository(User);
    const user = isUUID(userId)
      ? await users.findOne({ where: { id: userId }, lock: { mode: 'pessimistic_write' } })
      : null;
    if (!user) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.', TO_PEOPLE);
    how.expected?.(user);
    const all = await this.identities.ofUser(user.id, manager);
    const identity = all.find(({ id }) => id === identityId);
    if (!identity) return;
    if (how.keep === undefined) await this.changes.confirmOver(by, [user.role], manager);
    const password = { userId: user.id, providerId: CREDENTIAL };
    const hasPassword = await manager.getRepository(Account).existsBy(password);
    const others = all.filter((one) => one !== identity);
    if (!how.mayBeLast && !this.canSignIn(user, hasPassword, others))
      throw new ChangeRefused('There is no other way to sign in to this account. Add one first.');
    await this.identities.remove(user, identity, manager);
    const { issuer, sub: subject } = identity;
    const sessions = { userId: user.id, issuer, ...(how.keep !== undefined && { id: Not(how.keep) }) };
    await this.sessions.end(sessions, manager);
    const detail = { target: user.id, issuer, subject };
    await this.audit.commit({ action: 'account.unlink', outcome: 'success', author: by, detail }, manager);
  }
}

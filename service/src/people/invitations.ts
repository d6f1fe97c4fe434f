import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, LessThanOrEqual, MoreThan, QueryFailedError } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { type SortColumn, StatementValues, windowSql } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import {
  type Cursor,
  type CursorCheck,
  isTimeKey,
  type ListPage,
  listPage,
  PAGE_SIZE,
} from '../web/cursor.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { Invitation } from './entities/invitation.entity.js';
import { User } from './entities/user.entity.js';
import type { Author } from '../web/author.js';
import { AdministratorChanges, personOf } from './administrator-changes.js';
import { ChangeRefused } from './change-refused.js';
import { linkHash, linkTokenFor } from './link-token.js';
import { allowsPassword } from './password-policy.js';
import { normaliseEmail } from './users.js';

const NEWEST: readonly SortColumn[] = [
  { sql: 'i."createdAt"', type: 'timestamptz' },
  { sql: 'i."id"', type: 'uuid' },
];
/** What a cursor of the list holds. */
export const INVITATION_CURSOR: readonly CursorCheck[] = [isTimeKey, (value) => isUUID(value)];
const UNIQUE_VIOLATION = '23505';

export interface NewInvitation extends Pick<Invitation, 'email' | 'name' | 'role'> {
  /** Of a form, which may be sent twice. */
  once?: string;
}

export interface InvitationList extends ListPage<Invitation> {
  count: number;
}

/** Links that make an account each, once. */
@Injectable()
export class Invitations {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly changes: AdministratorChanges,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly config: SignInConfig,
  ) {}

  /**
   * The token of a new invitation, or of the one that the same form has made; an older one of the same email works no more.
   * @throws ChangeRefused when the email has an account, and where nobody of the role could sign in.
   */
  async invite(author: Author, { email: given, name, role, once }: NewInvitation): Promise<string> {
    const email = normaliseEmail(given);
    const invitedBy = personOf(author);
    if (!allowsPassword(this.config, role) && this.config.providers.length === 0)
      throw new ChangeRefused(
        'Nobody of this role can sign in: they may not use a password, and there is no identity provider.',
      );
    const token = linkTokenFor(once, invitedBy, email, role);
    return this.changes.run(author, 'admin:people', async (manager) => {
      await this.changes.confirmOver(author, [role], manager);
      if (await manager.getRepository(User).existsBy({ email }))
        throw new ChangeRefused('There is an account with this email already.');
      const now = this.clock.now();
      const invitations = manager.getRepository(Invitation);
      const hash = linkHash(token);
      if (await invitations.existsBy({ hash, expiresAt: this.future() })) return token;
      await invitations.delete([{ email }, { expiresAt: LessThanOrEqual(new Date(now)) }]);
      await invitations.insert({
        id: randomUUID(),
        hash,
        email,
        name: name?.trim() || null,
        role,
        invitedBy,
        createdAt: new Date(now),
        expiresAt: new Date(now + this.config.invitationTtl * 1000),
      });
      const event = {
        action: 'account.invite',
        outcome: 'success',
        author,
        detail: { role },
        email,
      } as const;
      await this.audit.commit(event, manager);
      return token;
    });
  }

  /** Whether there was one: one that is gone already stays gone. */
  takeBack(author: Author, id: string): Promise<boolean> {
    return this.changes.run(author, 'admin:people', async (manager) => {
      const invitations = manager.getRepository(Invitation);
      const invitation = await invitations.findOneBy({ id });
      const { affected } = await invitations.delete({ id });
      if (!invitation || affected !== 1) return false;
      const event = {
        action: 'account.uninvite',
        outcome: 'success',
        author,
        email: invitation.email,
      } as const;
      await this.audit.commit(event, manager);
      return true;
    });
  }

  /** One page of those that work still, the newest first, and how many there are. */
  async list(cursor?: Cursor): Promise<InvitationList> {
    const { schema, tableName } = this.dataSource.getRepository(Invitation).metadata;
    const values = new StatementValues();
    const window = { place: cursor, descending: true, limit: PAGE_SIZE + 1 };
    const { key, condition, order } = windowSql(NEWEST, window, values);
    const now = `${values.place(new Date(this.clock.now()))}::timestamptz`;
    const [found, count] = await Promise.all([
      this.dataSource.query<(Invitation & { key: string[] })[]>(
        `SELECT i.*, ${key} AS "key" FROM "${schema}"."${tableName}" i
        WHERE i."expiresAt" > ${now} AND ${condition} ${order}`,
        values.all,
      ),
      this.count(),
    ]);
    return { ...listPage(found, cursor, ({ key }) => key), count };
  }

  /** How many work still; of those that one person has made, where one is named. */
  count(invitedBy?: string): Promise<number> {
    const own = invitedBy === undefined ? {} : { invitedBy };
    return this.dataSource.getRepository(Invitation).countBy({ ...own, expiresAt: this.future() });
  }

  /** Null when it works no more. */
  find(token: string): Promise<Invitation | null> {
    return this.dataSource
      .getRepository(Invitation)
      .findOneBy({ hash: linkHash(token), expiresAt: this.future() });
  }

  /**
   * Makes the account of an invitation as `accept` says, in one transaction; null when it works no more.
   * @throws Refusal when there is an account of the email, or of the identity, by now.
   */
  async redeem(
    token: string,
    accept: (invitation: Invitation, manager: EntityManager) => Promise<User>,
  ): Promise<User | null> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const invitation = await this.take(token, manager);
        if (!invitation) return null;
        const user = await accept(invitation, manager);
        const { id, email, role } = user;
        const detail = { target: id, role, by: 'invitation', invitedBy: invitation.invitedBy };
        const event = { action: 'account.create', outcome: 'success', userId: id, detail, email } as const;
        await this.audit.commit(event, manager);
        return user;
      });
    } catch (error) {
      if (!(error instanceof QueryFailedError) || (error as { code?: string }).code !== UNIQUE_VIOLATION)
        throw error;
      const sentence = 'You have an account here already. Sign in to it.';
      throw new Refusal(HttpStatus.CONFLICT, sentence, TO_SIGN_IN, { cause: error });
    }
  }

  /** The open invitation of an address; null without one. */
  openFor(email: string): Promise<Invitation | null> {
    return this.dataSource.getRepository(Invitation).findOneBy({ email, expiresAt: this.future() });
  }

  /** Takes the open invitation of an address that somebody has proved to be theirs in another way; null without one. */
  async takeOf(email: string, manager: EntityManager): Promise<Invitation | null> {
    const invitations = manager.getRepository(Invitation);
    const open = { email, expiresAt: this.future() };
    const invitation = await invitations.findOneBy(open);
    const { affected } = await invitations.delete(open);
    return affected === 1 ? invitation : null;
  }

  /** Only one of two at once gets it. */
  private async take(token: string, manager: EntityManager): Promise<Invitation | null> {
    const invitations = manager.getRepository(Invitation);
    const open = { hash: linkHash(token), expiresAt: this.future() };
    const invitation = await invitations.findOneBy(open);
    const { affected } = await invitations.delete(open);
    return affected === 1 ? invitation : null;
  }

  private future() {
    return MoreThan(new Date(this.clock.now()));
  }
}

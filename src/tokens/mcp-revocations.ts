import { Injectable } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import type { FeedRecord } from '../oauth/revocation.js';
import { isUuid } from '../oauth/uuid.js';
import { BulkRevocationStore } from '../persistence/bulk-revocation.store.js';
import { ConnectionStore } from '../persistence/connection.store.js';
import type { EndedGrant } from '../persistence/delegated-grants.js';
import { GrantStore } from '../persistence/grant.store.js';
import type { Transaction } from '../persistence/database.js';
import { type GrantSelection, SubjectRevocationStore } from '../persistence/subject-revocation.store.js';
import { DatabaseClock } from './database-clock.js';
import { IssueTimes } from './issue-times.js';
import { RevocationView } from '../verification/revocation-view.js';

/** Milliseconds in which another replica may still issue by rules that it does not know to be old. */
const NEWS_DELAY = 1_000;

/**
 * Takes access away. Every replica refuses what is taken within a second, as long as the database is in reach, and
 * refresh tokens and codes stop working at once.
 *
 * What happens in a transaction of the host's is the host's to record in its audit, in the same transaction: the
 * `AuditLog` is told of the rest.
 */
@Injectable()
export class McpRevocations {
  constructor(
    private readonly grants: GrantStore,
    private readonly connections: ConnectionStore,
    private readonly subjects: SubjectRevocationStore,
    private readonly bulk: BulkRevocationStore,
    private readonly view: RevocationView,
    private readonly clock: DatabaseClock,
    private readonly issueTimes: IssueTimes,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Ends one grant with its codes and tokens, and what was delegated from it; nothing happens for an unknown one.
   * @param transaction of the host's, on the module's DataSource: the grant ends when it commits.
   */
  async revokeGrant(grantId: string, transaction?: Transaction): Promise<void> {
    if (!isUuid(grantId)) return;
    const { now, end } = this.times();
    const ended = await this.grants.revoke(grantId, now, end, transaction);
    // What is not yet committed is heard of through the feed.
    if (transaction) return;
    this.remember([grantId], end);
    this.noteEnded(ended);
  }

  /**
   * See `McpConnections.end`.
   * @internal
   */
  async endConnection(userId: string, grantId: string, transaction?: Transaction): Promise<boolean> {
    if (!isUuid(grantId)) return false;
    const { now, end } = this.times();
    const ended = await this.connections.end(userId, grantId, now, end, transaction);
    if (!transaction) this.noteEnded(ended);
    return ended.length > 0;
  }

  /**
   * Remembers here, and audits, what the statement that found a reason has ended.
   * @internal
   */
  noteEnded(ended: readonly EndedGrant[]): void {
    const grantIds = ended.map(({ grantId }) => grantId);
    this.remember(grantIds, this.times().end);
    for (const { grantId, userId, clientId, resource } of ended) {
      const owner = { userId, clientId, resource };
      this.audit.record({ action: 'grant.revoke', outcome: 'success', ...owner, detail: { grantId } });
    }
  }

  /**
   * Ends every grant of a person with every consent of theirs, as when an account is disabled or signs out everywhere. How many there were.
   * @param transaction of the host's, on the module's DataSource: the grants end when it commits.
   */
  async revokeUser(userId: string, transaction?: Transaction): Promise<number> {
    const { now, end } = this.times();
    const ended = await this.subjects.user(userId, now, end, transaction);
    const grants = ended.length;
    if (transaction) return grants;
    this.remember(ended, end, { kind: 'user', subject: userId, issuedBefore: now.getTime() });
    this.audit.record({ action: 'user.revoke', outcome: 'success', userId, detail: { grants } });
    return grants;
  }

  /**
   * Ends every grant of a client, and forgets every consent to it. `disable: true` also keeps it from obtaining another,
   * whether anybody has used it yet or not; `by` is whose decision that was, a user's id. How many there were.
   * @param transaction of the host's, on the module's DataSource: the grants end when it commits.
   */
  async revokeClient(
    clientId: string,
    { disable = false, by = null }: { disable?: boolean; by?: string | null } = {},
    transaction?: Transaction,
  ): Promise<number> {
    const { now, end } = this.times();
    // A service account gets its grants without asking anybody: one that is being made elsewhere ends, too.
    const issuedBefore = this.issueTimes.takeBack(NEWS_DELAY);
    const times = { now, issuedBefore, lastTokenExpiresAt: end };
    const ended = await this.subjects.client(clientId, { disable, by }, times, transaction);
    if (transaction) return ended.length;
    this.remember(ended, end, { kind: 'client', subject: clientId, issuedBefore: issuedBefore.getTime() });
    this.audit.record({
      action: 'client.revoke',
      outcome: 'success',
      clientId,
      detail: { grants: ended.length, disabled: disable },
    });
    return ended.length;
  }

  /**
   * Ends every grant that was made before a time, with the consent to it, and refuses every access token that was issued
   * before it, also of grants that the database has lost. A selection narrows it; where it names subjects of two kinds,
   * only tokens of grants that the database knows are refused. How many grants there were.
   * @param before what was made at this time or later stays, by the clock of the database. What this computer calls now is
   * now, where its own is ahead.
   * @param transaction of the host's, on the module's DataSource: the grants end when it commits.
   * @throws Error for a time to come.
   */
  async revokeBefore(
    before: Date,
    selection: GrantSelection = {},
    transaction?: Transaction,
  ): Promise<number> {
    const { now, end } = this.times();
    if (!(before.getTime() <= this.clock.latest))
      throw new Error('What is revoked must have been made before now: give an earlier time.');
    const times = { before: before < now ? before : now, now, lastTokenExpiresAt: end };
    const grants = await this.bulk.before(times, selection, transaction);
    if (transaction) return grants;
    const { userIds, clientIds, resources } = selection;
    this.audit.record({
      action: 'grants.revoke',
      outcome: 'success',
      detail: { before: before.toISOString(), grants, userIds, clientIds, resources },
    });
    return grants;
  }

  /**
   * Says that the policy has changed for these grants (for all, when no list is given): their access tokens are refused
   * on every replica within a second, and refreshes go by the new rules at once. The grants live on. How many there are.
   * @param transaction of the host's, on the module's DataSource, in which the rules were changed.
   */
  async policyChanged(affected: GrantSelection = {}, transaction?: Transaction): Promise<number> {
    const { now, end } = this.times();
    const times = { now, issuedBefore: this.issueTimes.takeBack(NEWS_DELAY), lastTokenExpiresAt: end };
    const grants = await this.subjects.tokens(affected, times, transaction);
    if (!transaction) this.audit.record({ action: 'policy.change', outcome: 'success', detail: { grants } });
    return grants;
  }

  /** Whether this replica has heard lately what is revoked; when not, guarded calls are answered with 503. */
  isCurrent(): boolean {
    return !this.view.isStale();
  }

  /** Seconds since this replica last heard all that is revoked. */
  get age(): number {
    return this.view.age;
  }

  private times(): { now: Date; end: Date } {
    const now = this.clock.now();
    return { now: new Date(now), end: new Date(now + LONGEST_ACCESS_TOKEN * 1000) };
  }

  // A dead grant stays dead: what another replica issues for it at this moment is refused too.
  private remember(grantIds: string[], end: Date, ...more: Omit<FeedRecord, 'expiresAt'>[]): void {
    const expiresAt = end.getTime();
    const grants = grantIds.map((subject) => ({ kind: 'grant' as const, subject, issuedBefore: expiresAt }));
    this.view.record([...grants, ...more].map((record) => ({ ...record, expiresAt })));
  }
}

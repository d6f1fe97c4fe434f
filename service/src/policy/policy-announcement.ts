import { Injectable, Logger } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { Clock, McpRevocations } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { Identity } from '../people/entities/identity.entity.js';
import { User } from '../people/entities/user.entity.js';
import { ANNOUNCED, AppliedPolicy, POLICY_FORMAT } from './entities/applied-policy.entity.js';
import { isSamePolicy, lostRules, type PolicyInForce, without } from './in-force.js';

const NOTHING: PolicyInForce = {
  policy: { rules: [], clients: { mode: 'open', allowed: [], trusted: [] } },
  providers: null,
};

/** The policy that all replicas have been told of: who leaves one for it takes back what the other gave. */
@Injectable()
export class PolicyAnnouncement {
  private readonly logger = new Logger(PolicyAnnouncement.name);

  constructor(
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** What was announced last; whoever wants to change it waits until the transaction is over. */
  async lock(manager: EntityManager): Promise<AppliedPolicy> {
    const applied = manager.getRepository(AppliedPolicy);
    const first = {
      id: ANNOUNCED,
      ...NOTHING,
      format: POLICY_FORMAT,
      fromFile: null,
      appliedAt: new Date(this.clock.now()),
    };
    await applied.createQueryBuilder().insert().values(first).orIgnore().execute();
    return applied.findOneOrFail({ where: { id: ANNOUNCED }, lock: { mode: 'pessimistic_write' } });
  }

  /** Takes back what policies gave that are left for the one that was announced. */
  async leave(
    left: readonly (PolicyInForce | null)[],
    announced: AppliedPolicy,
    manager: EntityManager,
  ): Promise<void> {
    const policy = readable(announced);
    // Against rules that this version cannot read, whatever was allowed may be gone.
    await this.announce(policy ? left : left.map(() => null), policy ?? NOTHING, manager);
  }

  /**
   * @param left each policy that something was issued by, the last announced first; null for one that a later version
   * wrote in a form of its own, which may have allowed anything.
   * @returns whether one of them was another.
   */
  async announce(
    left: readonly (PolicyInForce | null)[],
    after: PolicyInForce,
    manager: EntityManager,
  ): Promise<boolean> {
    const changed = left.filter((one) => !one || !isSamePolicy(one, after));
    if (changed.length === 0) return false;
    const known = changed.filter((one) => one !== null);
    const [before = NOTHING] = known;
    const lost = known.flatMap((one) => lostRules(one, after));
    const { rules, clients: now } = after.policy;
    // Where every client is open, none has lost anything.
    const isForAll =
      known.length < changed.length ||
      (now.mode !== 'open' && known.some(({ policy }) => !isDeepStrictEqual(policy.clients, now)));
    const affected = await this.revocations.policyChanged(
      isForAll
        ? {}
        : {
            resources: lost.map(({ resource }) => resource),
            userIds: await this.members(
              lost.map(({ groups }) => groups),
              manager,
            ),
          },
      manager,
    );
    const detail = {
      grants: affected,
      rules: rules.map(({ name }) => name),
      before: without(before, after),
      after: without(after, before),
    };
    await this.audit.commit({ action: 'policy.change', outcome: 'success', detail }, manager);
    this.logger.log(`The policy has changed: ${rules.length} rules; it touches ${affected} grants.`);
    return true;
  }

  /** Subjects of whoever is in one of these groups; undefined for everybody. */
  async members(
    groups: readonly (readonly string[] | 'everyone')[],
    manager: EntityManager,
  ): Promise<string[] | undefined> {
    if (groups.includes('everyone')) return undefined;
    // More than it touches does no harm: their tokens are judged once more.
    const names = groups.flat().flatMap((name) => [name, name.slice(name.indexOf(':') + 1)]);
    const users = await manager
      .getRepository(User)
      .createQueryBuilder('user')
      .leftJoin(Identity, 'identity', 'identity.userId = user.id')
      .select('user.subject', 'subject')
      .distinct()
      .where('user.groups && :names OR identity.groups && :names', { names })
      .getRawMany<Pick<User, 'subject'>>();
    return users.map(({ subject }) => subject);
  }
}

/** Null for one that a later version wrote in a form of its own. */
export function readable({ policy, providers, format }: AppliedPolicy): PolicyInForce | null {
  return format === POLICY_FORMAT ? { policy, providers } : null;
}

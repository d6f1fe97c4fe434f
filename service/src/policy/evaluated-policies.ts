import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomInt } from 'node:crypto';
import { And, DataSource, type EntityManager, LessThan, MoreThan, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import type { NamedProvider } from '../config/group-names.js';
import type { Policy } from '../config/policy.js';
import {
  ANNOUNCED,
  AppliedPolicy,
  POLICY_FORMAT,
  type ConfiguredPolicy,
} from './entities/applied-policy.entity.js';
import type { PolicyInForce } from './in-force.js';

/** Milliseconds without a sign of life after which a replica has ended. */
const ENDED = 300_000;

/**
 * What each replica goes by, kept where its end does not take it along: a replica that ends without a word may have
 * issued by rules that another had announced to be gone, and another one takes that back. Times are the database's,
 * which the service's clock follows.
 */
@Injectable()
export class EvaluatedPolicies {
  private readonly replica = randomInt(ANNOUNCED + 1, 2_147_483_647);

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Those of all other replicas, running or not; null for one in the form of a later version. */
  async all(
    manager: EntityManager,
    complete: (configured: ConfiguredPolicy) => Promise<Policy>,
  ): Promise<(PolicyInForce | null)[]> {
    const rows = await manager
      .getRepository(AppliedPolicy)
      .find({ where: { id: And(MoreThan(ANNOUNCED), Not(this.replica)) } });
    return Promise.all(rows.map((row) => read(row, complete)));
  }

  /** Whether there may be something for `takeEnded`. */
  hasEnded(): Promise<boolean> {
    return this.dataSource.getRepository(AppliedPolicy).existsBy(this.ended());
  }

  /** The same of those that gave no sign of life, which are forgotten with it. */
  async takeEnded(
    manager: EntityManager,
    complete: (configured: ConfiguredPolicy) => Promise<Policy>,
  ): Promise<(PolicyInForce | null)[]> {
    const { raw } = await manager
      .getRepository(AppliedPolicy)
      .createQueryBuilder()
      .delete()
      .where(this.ended())
      .returning(['policy', 'providers', 'format'])
      .execute();
    return Promise.all((raw as Evaluated[]).map((row) => read(row, complete)));
  }

  /** Notes what this replica goes by from now on. */
  async note(
    policy: ConfiguredPolicy,
    providers: readonly NamedProvider[],
    manager: EntityManager,
  ): Promise<void> {
    const applied = manager.getRepository(AppliedPolicy);
    await applied.upsert(
      {
        id: this.replica,
        policy,
        providers: [...providers],
        format: POLICY_FORMAT,
        fromFile: !policy.withDatabase,
        appliedAt: new Date(this.clock.now()),
      },
      ['id'],
    );
  }

  /** This replica still goes by it, also where another has taken it for one that had ended. */
  async signal(policy: ConfiguredPolicy, providers: readonly NamedProvider[]): Promise<void> {
    const appliedAt = new Date(this.clock.now());
    const { manager } = this.dataSource;
    const { affected } = await manager
      .getRepository(AppliedPolicy)
      .update({ id: this.replica }, { appliedAt });
    if (affected !== 1) await this.note(policy, providers, manager);
  }

  /** This replica goes by nothing any more. */
  async forget(manager: EntityManager): Promise<void> {
    await manager.getRepository(AppliedPolicy).delete({ id: this.replica });
  }

  private ended() {
    const id = And(MoreThan(ANNOUNCED), Not(this.replica));
    return { id, appliedAt: LessThan(new Date(this.clock.now() - ENDED)) };
  }
}

type Evaluated = Pick<AppliedPolicy, 'policy' | 'providers' | 'format'>;

/** Null for one in the form of a later version. */
async function read(
  { policy, providers, format }: Evaluated,
  complete: (configured: ConfiguredPolicy) => Promise<Policy>,
): Promise<PolicyInForce | null> {
  return format === POLICY_FORMAT ? { policy: await complete(policy), providers } : null;
}

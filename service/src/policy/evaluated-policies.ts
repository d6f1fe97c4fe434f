import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomInt } from 'node:crypto';
import { And, DataSource, type EntityManager, LessThan, MoreThan, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import type { NamedProvider } from '../config/group-names.js';
import type { Policy } from '../config/policy.js';
import { SignInConfig } from '../config/sign-in-config.js';
import {
  ANNOUNCED,
  AppliedPolicy,
  POLICY_FORMAT,
  type ConfiguredPolicy,
} from './entities/applied-policy.entity.js';
import type { PolicyInForce } from './in-force.js';

/** Milliseconds without a sign of life after which a replica has ended. */
const ENDED = 300_000;
/** Milliseconds after a sign of life in which it is sure to be known still, whatever the clocks. */
const KNOWN = 240_000;

/**
 * What each replica goes by, kept where its end does not take it along: a replica that ends without a word may have
 * issued by rules that another had announced to be gone, and another one takes that back. Times are the database's,
 * which the service's clock follows.
 */
@Injectable()
export class EvaluatedPolicies {
  /** Of whose groups the rules of this replica speak. */
  readonly providers: readonly NamedProvider[];
  private readonly replica = randomInt(ANNOUNCED + 1, 2_147_483_647);
  /** When a sign of life was sent last that arrived. */
  private signalledAt = -Infinity;
  private signalling: Promise<void> | undefined;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly clock: Clock,
    signIn: SignInConfig,
  ) {
    this.providers = signIn.providers.map(({ id, issuer, source }) => ({ id, issuer, source }));
  }

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
  async note(policy: ConfiguredPolicy, manager: EntityManager): Promise<void> {
    await manager.getRepository(AppliedPolicy).upsert(this.row(policy, this.clock.now()), ['id']);
  }

  /**
   * This replica still goes by it, also where another has taken it for one that had ended. What was noted meanwhile of
   * another policy stays.
   */
  async signal(policy: ConfiguredPolicy): Promise<void> {
    const now = this.clock.now();
    await this.dataSource
      .getRepository(AppliedPolicy)
      .createQueryBuilder()
      .insert()
      .values(this.row(policy, now))
      .orUpdate(['appliedAt'], ['id'])
      .execute();
    this.signalledAt = now;
  }

  /**
   * To be called before something is allowed: a replica that was paused may have been taken for one that had ended, and
   * what it allows before others know of it again would outlive it.
   */
  async hold(policy: ConfiguredPolicy): Promise<void> {
    if (this.clock.now() - this.signalledAt < KNOWN) return;
    this.signalling ??= this.signal(policy).finally(() => (this.signalling = undefined));
    await this.signalling;
  }

  /** This replica goes by nothing any more. */
  async forget(manager: EntityManager): Promise<void> {
    await manager.getRepository(AppliedPolicy).delete({ id: this.replica });
  }

  private row(policy: ConfiguredPolicy, now: number): AppliedPolicy {
    return {
      id: this.replica,
      policy,
      providers: this.providers,
      format: POLICY_FORMAT,
      fromFile: !policy.withDatabase,
      appliedAt: new Date(now),
    };
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

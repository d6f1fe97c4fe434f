import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
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

/** Milliseconds after which a replica says again that it goes by its rules. */
const SIGN_OF_LIFE = 600_000;

/** Milliseconds after which no access token lives of a replica that gave no sign of life: two days. */
const FORGOTTEN = 172_800_000;

/**
 * What each replica goes by, kept where its end does not take it along: a replica that ends without a word may have
 * issued by rules that another had announced to be gone, and whoever comes next takes that back.
 */
@Injectable()
export class EvaluatedPolicies implements OnApplicationShutdown {
  private readonly logger = new Logger(EvaluatedPolicies.name);
  private readonly replica = randomInt(ANNOUNCED + 1, 2_147_483_647);
  private timer: NodeJS.Timeout | undefined;

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
    return Promise.all(
      rows.map(async ({ policy, providers, format }) =>
        format === POLICY_FORMAT ? { policy: await complete(policy), providers } : null,
      ),
    );
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
    const oldest = new Date(this.clock.now() - FORGOTTEN);
    await applied.delete({ id: MoreThan(ANNOUNCED), appliedAt: LessThan(oldest) });
  }

  /** This replica goes by nothing any more. */
  async forget(manager: EntityManager): Promise<void> {
    await manager.getRepository(AppliedPolicy).delete({ id: this.replica });
  }

  keepAlive(): void {
    this.timer = setInterval(() => {
      const appliedAt = new Date(this.clock.now());
      this.dataSource
        .getRepository(AppliedPolicy)
        .update({ id: this.replica }, { appliedAt })
        .catch((error: unknown) => this.logger.warn(`No sign of life could be given: ${String(error)}`));
    }, SIGN_OF_LIFE).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}

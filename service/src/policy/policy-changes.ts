import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { MACHINE_KEYS } from '../config/machine-access.js';
import { PolicyConfig } from '../config/policy-config.js';
import {
  ANNOUNCED,
  AppliedPolicy,
  POLICY_FORMAT,
  type ConfiguredPolicy,
} from './entities/applied-policy.entity.js';
import { ConfigurationError } from '../config/configuration.error.js';
import { ClientDecisions } from './client-decisions.js';
import { DecisionStore } from './decision-store.js';
import { EvaluatedPolicies } from './evaluated-policies.js';
import type { PolicyInForce } from './in-force.js';
import { PolicyAnnouncement, readable } from './policy-announcement.js';
import { PolicyStore } from './policy-store.js';
import { type LoadedPolicy, ServicePolicy } from './service-policy.js';

/** Milliseconds after which a replica says again that it goes by its rules. */
const SIGN_OF_LIFE = 60_000;

/** Milliseconds until a database that gave no answer is asked again. */
const ASK_AGAIN = 1_000;

/** Makes a changed policy felt: what was issued by rules that are gone is refused on every replica within a second. */
@Injectable()
export class PolicyChanges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PolicyChanges.name);
  private turns: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private isLeaving = false;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly store: PolicyStore,
    private readonly policy: ServicePolicy,
    private readonly decisions: DecisionStore,
    private readonly evaluated: EvaluatedPolicies,
    private readonly clock: Clock,
    private readonly announcement: PolicyAnnouncement,
    private readonly config: PolicyConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.file) process.on('SIGHUP', this.reread);
  }

  /**
   * What has changed in the file or the environment since the service ran last. To be called when this replica is in
   * business: a start that fails takes nothing from the others, and one that has lost its file neither.
   */
  async announceStart(): Promise<void> {
    const { configured } = this.store;
    if (!this.store.isFile && (await this.isAnnouncedFromFile())) {
      this.logger.warn(
        'The rules in force came from a policy file, and this start has none: tokens that they gave live on until they are refreshed. Set MCP_AUTH_POLICY_FILE, or change a rule on the access page to put those of the database in force.',
      );
    } else await this.enter(configured);
    await this.evaluated.signal(configured);
    this.timer = setInterval(() => void this.signOfLife(), SIGN_OF_LIFE).unref();
  }

  /** Says that this replica goes by its rules, and takes back what those gave that say so no more. */
  signOfLife(): Promise<void> {
    return this.inTurn(async () => {
      try {
        await this.evaluated.signal(this.store.configured);
        if (await this.evaluated.hasEnded()) await this.buryEnded();
      } catch (error) {
        this.logger.warn(`No sign of life could be given: ${String(error)}`);
      }
    });
  }

  /** Whatever was issued here after another replica had left the same rules goes with this one. */
  async beforeApplicationShutdown(): Promise<void> {
    process.off('SIGHUP', this.reread);
    clearInterval(this.timer);
    this.isLeaving = true;
    await this.turns;
    await this.dataSource
      .transaction(async (manager) => {
        const announced = await this.announcement.lock(manager);
        await this.announcement.leave(await this.own(announced, manager), announced, manager);
        await this.evaluated.forget(manager);
      })
      .catch((error: unknown) => {
        // The next start or change finds what this replica went by.
        this.logger.warn(`The rules of this replica are not taken back yet: ${String(error)}`);
      });
  }

  /**
   * Reads the policy file again; the old rules stay when the new ones are wrong or cannot be announced, and providers
   * until the next start. One after the other.
   */
  rereadFile(): Promise<void> {
    return this.inTurn(() => this.rereadOnce());
  }

  /** @param task ends without an error. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    this.turns = this.turns.then(task);
    return this.turns;
  }

  private async buryEnded(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const announced = await this.announcement.lock(manager);
      const ended = await this.evaluated.takeEnded(manager, (one) => this.store.complete(one, manager));
      await this.announcement.leave(ended, announced, manager);
    });
  }

  private async rereadOnce(): Promise<void> {
    const { file: before, readFile } = this.config;
    try {
      const file = readFile();
      if (this.store.isFile && !file?.policy)
        throw new ConfigurationError(
          'MCP_AUTH_POLICY_FILE has no rules any more: write `rules: []` for none, or restart the service to go by those of the database.',
        );
      for (const warning of file?.warnings ?? []) this.logger.warn(warning);
      for (const part of ['providers', ...MACHINE_KEYS] as const)
        if (!isDeepStrictEqual(before?.[part], file?.[part]))
          this.logger.warn(
            `The ${part} in MCP_AUTH_POLICY_FILE have changed: restart the service to use them.`,
          );
      const policy = file?.policy ?? null;
      const inForce = await this.enterForCertain(this.store.with(policy));
      this.store.replaceFile(policy);
      this.policy.replace(inForce);
    } catch (error) {
      this.logger.error(
        `The policy stays as it is: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /**
   * The same, until the database has said how it ended: an answer to COMMIT that is lost may be either one, and a
   * second time does no harm.
   * @throws Error where nothing was announced, or the service ends, which takes back what is given until then.
   */
  private async enterForCertain(configured: ConfiguredPolicy): Promise<LoadedPolicy> {
    let isSent = false;
    for (let isSaid = false; ; isSaid = true) {
      try {
        return await this.enter(configured, () => (isSent = true));
      } catch (error) {
        if (!isSent || this.isLeaving) throw error;
        if (!isSaid)
          this.logger.warn(
            `Whether the new policy is announced is not known, and asked until the database answers: ${String(error)}`,
          );
        await setTimeout(ASK_AGAIN);
      }
    }
  }

  /**
   * Announces what comes with a configuration: whatever this replica, or any that left no word, went by is over.
   * @param beforeCommit from here on it may be announced, whatever comes back.
   */
  private async enter(configured: ConfiguredPolicy, beforeCommit = () => {}): Promise<LoadedPolicy> {
    return this.dataSource.transaction(async (manager) => {
      const announced = await this.announcement.lock(manager);
      const own = await this.own(announced, manager);
      const others = await this.evaluated.all(manager, (one) => this.store.complete(one, manager));
      const policy = await this.store.complete(configured, manager);
      const after = { policy, providers: this.evaluated.providers };
      const isChanged = await this.announcement.announce(
        [readable(announced), ...own, ...others],
        after,
        manager,
      );
      const fromFile = !configured.withDatabase;
      // Only here, since an edit takes nothing back of what other replicas go by.
      const appliedAt = isChanged ? new Date(this.clock.now()) : announced.appliedAt;
      const hasOtherProviders = !isDeepStrictEqual(announced.providers, after.providers);
      if (isChanged || hasOtherProviders || Boolean(announced.fromFile) !== fromFile)
        await manager
          .getRepository(AppliedPolicy)
          .update({ id: ANNOUNCED }, { ...after, format: POLICY_FORMAT, fromFile, appliedAt });
      await this.evaluated.note(configured, manager);
      // What comes now must need no database any more.
      const decisions = new ClientDecisions(await this.decisions.all(manager));
      beforeCommit();
      return { policy, decisions };
    });
  }

  /** Runs an edit and what follows from it in one transaction, one edit at a time. */
  change<Result>(edit: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      const announced = await this.announcement.lock(manager);
      const before = readable(announced);
      const result = await edit(manager);
      // Whose groups they are changes with a start alone.
      const providers = before ? before.providers : this.evaluated.providers;
      const after = { policy: await this.store.read(manager), providers };
      const isChanged = await this.announcement.announce([before], after, manager);
      const { isFile: fromFile } = this.store;
      if (isChanged || Boolean(announced.fromFile) !== fromFile)
        await manager
          .getRepository(AppliedPolicy)
          .update({ id: ANNOUNCED }, { ...after, format: POLICY_FORMAT, fromFile });
      return result;
    });
  }

  /** What this replica goes by, where it has allowed something since another was announced: the rest is over already. */
  private async own({ appliedAt }: AppliedPolicy, manager: EntityManager): Promise<PolicyInForce[]> {
    if (this.policy.allowedAt <= appliedAt.getTime()) return [];
    return [{ policy: await this.store.read(manager), providers: this.evaluated.providers }];
  }

  private isAnnouncedFromFile(): Promise<boolean> {
    return this.dataSource.getRepository(AppliedPolicy).existsBy({ id: ANNOUNCED, fromFile: true });
  }

  private readonly reread = () => void this.rereadFile();
}

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { MACHINE_KEYS } from '../config/machine-access.js';
import { PolicyConfig } from '../config/policy-config.js';
import { SignInConfig } from '../config/sign-in-config.js';
import {
  ANNOUNCED,
  AppliedPolicy,
  POLICY_FORMAT,
  type ConfiguredPolicy,
} from './entities/applied-policy.entity.js';
import { Identity } from '../people/entities/identity.entity.js';
import { User } from '../people/entities/user.entity.js';
import type { NamedProvider } from '../config/group-names.js';
import { ConfigurationError } from '../config/configuration.error.js';
import { EvaluatedPolicies } from './evaluated-policies.js';
import { isSamePolicy, lostRules, type PolicyInForce, without } from './in-force.js';
import { PolicyStore } from './policy-store.js';
import { ServicePolicy } from './service-policy.js';

const NOTHING: PolicyInForce = {
  policy: { rules: [], clients: { mode: 'open', allowed: [], trusted: [] } },
  providers: null,
};

/** Makes a changed policy felt: what was issued by rules that are gone is refused on every replica within a second. */
@Injectable()
export class PolicyChanges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PolicyChanges.name);
  /** Of whose groups the rules of this replica speak. */
  private readonly providers: readonly NamedProvider[];
  private rereading: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly store: PolicyStore,
    private readonly policy: ServicePolicy,
    private readonly revocations: McpRevocations,
    private readonly evaluated: EvaluatedPolicies,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly config: PolicyConfig,
    signIn: SignInConfig,
  ) {
    this.providers = signIn.providers.map(({ id, issuer, source }) => ({ id, issuer, source }));
  }

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
      await this.evaluated.note(configured, this.providers, this.dataSource.manager);
      this.logger.warn(
        'The rules in force came from a policy file, and this start has none: tokens that they gave live on until they are refreshed. Set MCP_AUTH_POLICY_FILE, or change a rule on the access page to put those of the database in force.',
      );
    } else await this.enter(configured);
    this.evaluated.keepAlive();
  }

  /** Whatever was issued here after another replica had left the same rules goes with this one. */
  async beforeApplicationShutdown(): Promise<void> {
    process.off('SIGHUP', this.reread);
    await this.rereading;
    await this.dataSource
      .transaction(async (manager) => {
        const announced = await this.lock(manager);
        const [own, policy] = [await this.own(announced, manager), readable(announced)];
        // Against rules that this version cannot read, whatever it allowed may be gone.
        await this.announce(policy ? own : own.map(() => null), policy ?? NOTHING, manager);
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
    this.rereading = this.rereading.then(() => this.rereadOnce());
    return this.rereading;
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
      await this.enter(this.store.with(file?.policy ?? null));
      this.store.replaceFile(file?.policy ?? null);
      await this.policy.reload();
    } catch (error) {
      this.logger.error(
        `The policy stays as it is: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Announces what comes with a configuration: whatever this replica, or any that left no word, went by is over. */
  private async enter(configured: ConfiguredPolicy): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const announced = await this.lock(manager);
      const own = await this.own(announced, manager);
      const others = await this.evaluated.all(manager, (one) => this.store.complete(one, manager));
      const policy = await this.store.complete(configured, manager);
      const after = { policy, providers: this.providers };
      const isChanged = await this.announce([readable(announced), ...own, ...others], after, manager);
      const fromFile = !configured.withDatabase;
      // Only here, since an edit takes nothing back of what other replicas go by.
      const appliedAt = isChanged ? new Date(this.clock.now()) : announced.appliedAt;
      const hasOtherProviders = !isDeepStrictEqual(announced.providers, after.providers);
      if (isChanged || hasOtherProviders || Boolean(announced.fromFile) !== fromFile)
        await manager
          .getRepository(AppliedPolicy)
          .update({ id: ANNOUNCED }, { ...after, format: POLICY_FORMAT, fromFile, appliedAt });
      await this.evaluated.note(configured, this.providers, manager);
    });
  }

  /** Runs an edit and what follows from it in one transaction, one edit at a time. */
  change<Result>(edit: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      const announced = await this.lock(manager);
      const before = readable(announced);
      const result = await edit(manager);
      // Whose groups they are changes with a start alone.
      const providers = before ? before.providers : this.providers;
      const after = { policy: await this.store.read(manager), providers };
      const isChanged = await this.announce([before], after, manager);
      const { isFile: fromFile } = this.store;
      if (isChanged || Boolean(announced.fromFile) !== fromFile)
        await manager
          .getRepository(AppliedPolicy)
          .update({ id: ANNOUNCED }, { ...after, format: POLICY_FORMAT, fromFile });
      return result;
    });
  }

  /** What was announced last; whoever wants to change it waits until the transaction is over. */
  private async lock(manager: EntityManager): Promise<AppliedPolicy> {
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

  /** What this replica goes by, where it has allowed something since another was announced: the rest is over already. */
  private async own({ appliedAt }: AppliedPolicy, manager: EntityManager): Promise<PolicyInForce[]> {
    if (this.policy.allowedAt <= appliedAt.getTime()) return [];
    return [{ policy: await this.store.read(manager), providers: this.providers }];
  }

  /** Runs an edit of what is known of one client, and lets decisions about it be made again. */
  changeClient<Result>(clientId: string, edit: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      const result = await edit(manager);
      await this.revocations.policyChanged({ clientIds: [clientId] }, manager);
      return result;
    });
  }

  /**
   * @param left each policy that something was issued by, the last announced first; null for one that a later version
   * wrote in a form of its own, which may have allowed anything.
   * @returns whether one of them was another.
   */
  private async announce(
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

  private isAnnouncedFromFile(): Promise<boolean> {
    return this.dataSource.getRepository(AppliedPolicy).existsBy({ id: ANNOUNCED, fromFile: true });
  }

  private readonly reread = () => void this.rereadFile();

  /** Undefined for everybody. */
  private async members(
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
function readable({ policy, providers, format }: AppliedPolicy): PolicyInForce | null {
  return format === POLICY_FORMAT ? { policy, providers } : null;
}

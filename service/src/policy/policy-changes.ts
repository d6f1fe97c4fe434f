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
import { PolicyConfig } from '../config/policy-config.js';
import { AppliedPolicy } from './entities/applied-policy.entity.js';
import { Identity } from '../people/entities/identity.entity.js';
import { User } from '../people/entities/user.entity.js';
import type { AccessRule, Policy } from '../config/policy.js';
import { PolicyStore } from './policy-store.js';

const ONLY_ROW = 1;
const NOTHING: Policy = { rules: [], clients: { mode: 'open', allowed: [], trusted: [] } };

/** Makes a changed policy felt: what was issued by rules that are gone is refused on every replica within a second. */
@Injectable()
export class PolicyChanges implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(PolicyChanges.name);

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly store: PolicyStore,
    private readonly revocations: McpRevocations,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
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
    if (!this.store.isFile && (await this.isAppliedFromFile()))
      this.logger.warn(
        'The rules in force came from a policy file, and this start has none: tokens that they gave live on until they are refreshed. Set MCP_AUTH_POLICY_FILE, or change a rule on the access page to put those of the database in force.',
      );
    else await this.change(async () => undefined);
  }

  beforeApplicationShutdown(): void {
    process.off('SIGHUP', this.reread);
  }

  /** Reads the policy file again; the old rules stay when the new ones are wrong, and providers until the next start. */
  async rereadFile(): Promise<void> {
    const { file: before, readFile } = this.config;
    try {
      const file = readFile();
      if (!isDeepStrictEqual(before?.providers, file?.providers))
        this.logger.warn(
          'The providers in MCP_AUTH_POLICY_FILE have changed: restart the service to use them.',
        );
      this.store.replaceFile(file?.policy ?? null);
      await this.change(async () => undefined);
    } catch (error) {
      this.logger.error(
        `The policy stays as it is: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Runs an edit and what follows from it in one transaction, one edit at a time. */
  change<Result>(edit: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      const applied = manager.getRepository(AppliedPolicy);
      const appliedAt = new Date(this.clock.now());
      const first = { id: ONLY_ROW, policy: NOTHING, fromFile: null, appliedAt };
      await applied.createQueryBuilder().insert().values(first).orIgnore().execute();
      const { policy: before, fromFile: wasFile } = await applied.findOneOrFail({
        where: { id: ONLY_ROW },
        lock: { mode: 'pessimistic_write' },
      });
      const result = await edit(manager);
      const after = await this.store.read(manager);
      if (!isDeepStrictEqual(before, after)) await this.announce(before, after, manager);
      const { isFile: fromFile } = this.store;
      if (!isDeepStrictEqual(before, after) || Boolean(wasFile) !== fromFile)
        await applied.update({ id: ONLY_ROW }, { policy: after, fromFile, appliedAt });
      return result;
    });
  }

  /** Runs an edit of what is known of one client, and lets decisions about it be made again. */
  changeClient<Result>(clientId: string, edit: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      const result = await edit(manager);
      await this.revocations.policyChanged({ clientIds: [clientId] }, manager);
      return result;
    });
  }

  private async announce(before: Policy, after: Policy, manager: EntityManager): Promise<void> {
    const lost = before.rules.filter((rule) => !after.rules.some((kept) => isDeepStrictEqual(kept, rule)));
    // Where every client is open, none has lost anything.
    const isForAll = after.clients.mode !== 'open' && !isDeepStrictEqual(before.clients, after.clients);
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
      rules: after.rules.map(({ name }) => name),
      before: without(before, after),
      after: without(after, before),
    };
    await this.audit.commit({ action: 'policy.change', outcome: 'success', detail }, manager);
    this.logger.log(`The policy has changed: ${after.rules.length} rules; it touches ${affected} grants.`);
  }

  private async isAppliedFromFile(): Promise<boolean> {
    return this.dataSource.getRepository(AppliedPolicy).existsBy({ id: ONLY_ROW, fromFile: true });
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

/** What of a policy is not in another: a line of JSON for each rule, and one for what is said of clients. */
function without(policy: Policy, other: Policy): string[] {
  const kept = new Set(other.rules.map(asLine));
  const rules = policy.rules.map(asLine).filter((rule) => !kept.has(rule));
  const hasOtherClients = !isDeepStrictEqual(policy.clients, other.clients);
  return hasOtherClients ? [...rules, JSON.stringify({ clients: policy.clients })] : rules;
}

/** The database keeps no order of members. */
function asLine({ name, groups, resource, scopes, clients }: AccessRule): string {
  return JSON.stringify({ name, groups, resource, scopes, clients });
}

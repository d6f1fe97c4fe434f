import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, IsNull, LessThan, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, type PolicyQuestion } from 'nestjs-mcp-auth';
import { ExampleConfig } from '../config/example-config.js';
import { PolicyConfig } from '../config/policy-config.js';
import { AccessRuleRow } from './entities/access-rule.entity.js';
import type { ConfiguredPolicy } from './entities/applied-policy.entity.js';
import { ClientApproval } from './entities/client-approval.entity.js';
import type { AccessRule, ClientRules, Policy } from '../config/policy.js';

/** Milliseconds for which a client waits for approval. */
const PATIENCE = 14 * 86_400_000;

/** Clients that one person can wait for at once. */
const MOST_REQUESTS = 20;

/** Where the policy stands: in a file, or in the database. */
@Injectable()
export class PolicyStore {
  private fromFile: Policy | null;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: PolicyConfig,
    private readonly example: ExampleConfig,
    private readonly clock: Clock,
  ) {
    this.fromFile = config.file?.policy ?? null;
  }

  /** A file with rules is the only source: those of the database are ignored then, and cannot be changed. */
  get isFile(): boolean {
    return this.fromFile !== null;
  }

  /** The example server of a service that only this computer can reach is there to be tried, unless a file has the rules. */
  get isExampleOpen(): boolean {
    return this.example.openByDefault && !this.isFile;
  }

  /** @param policy null where the file has no rules any more. */
  replaceFile(policy: Policy | null): void {
    this.fromFile = policy;
  }

  /** What the configuration says, as it is in force. */
  get configured(): ConfiguredPolicy {
    return this.with(this.fromFile);
  }

  /** What it would say with another file. */
  with(fromFile: Policy | null): ConfiguredPolicy {
    return fromFile ?? { rules: this.builtIn(), clients: this.config.clients, withDatabase: true };
  }

  /** A configuration with the rules of the database, where it has none of its own. */
  async complete({ withDatabase, ...policy }: ConfiguredPolicy, manager: EntityManager): Promise<Policy> {
    if (!withDatabase) return policy;
    const rows = await this.rows(manager);
    return { ...policy, rules: [...policy.rules, ...rows.map(toRule)] };
  }

  read(manager: EntityManager = this.dataSource.manager): Promise<Policy> {
    return this.complete(this.configured, manager);
  }

  /** Every rule in force; those with an id can be removed. */
  async rules(manager = this.dataSource.manager): Promise<{ rule: AccessRule; id: string | null }[]> {
    const fixed = this.fromFile ? this.fromFile.rules : this.builtIn();
    const rows = this.fromFile ? [] : await this.rows(manager);
    return [
      ...fixed.map((rule) => ({ rule, id: null })),
      ...rows.map((row) => ({ rule: toRule(row), id: row.id })),
    ];
  }

  get clients(): ClientRules {
    return this.fromFile?.clients ?? this.config.clients;
  }

  /** Whether there is the very same rule already. */
  async has(rule: Omit<AccessRuleRow, 'id' | 'createdAt'>, manager: EntityManager): Promise<boolean> {
    const { name, resource } = rule;
    const rows = await manager.getRepository(AccessRuleRow).findBy({ name, resource });
    return rows.some((row) => isDeepStrictEqual(toRule(row), toRule(rule)));
  }

  async add(rule: Omit<AccessRuleRow, 'id' | 'createdAt'>, manager: EntityManager): Promise<AccessRuleRow> {
    const row = { ...rule, id: randomUUID(), createdAt: new Date(this.clock.now()) };
    await manager.getRepository(AccessRuleRow).insert(row);
    return row;
  }

  /** Null when there is no such rule. */
  async remove(id: string, manager: EntityManager): Promise<AccessRuleRow | null> {
    const rules = manager.getRepository(AccessRuleRow);
    const row = await rules.findOneBy({ id });
    if (row) await rules.delete({ id });
    return row;
  }

  /** Ids of the clients that an administrator has agreed to. */
  async approved(manager: EntityManager = this.dataSource.manager): Promise<ReadonlySet<string>> {
    const rows = await manager
      .getRepository(ClientApproval)
      .find({ select: { clientId: true }, where: { approvedAt: Not(IsNull()) } });
    return new Set(rows.map(({ clientId }) => clientId));
  }

  /** Those that wait, the newest first, 500 at most; then every one that was approved. */
  async approvals(): Promise<ClientApproval[]> {
    const approvals = this.dataSource.getRepository(ClientApproval);
    const order = { requestedAt: 'DESC' } as const;
    return [
      ...(await approvals.find({ where: { approvedAt: IsNull() }, order, take: 500 })),
      ...(await approvals.find({ where: { approvedAt: Not(IsNull()) }, order })),
    ];
  }

  /** Notes that somebody wants to use a client; of one person, so many at a time. */
  async request({ client, redirectUri, account }: PolicyQuestion): Promise<void> {
    // Nobody waits where no browser is.
    if (account === null || redirectUri === null) return;
    const now = this.clock.now();
    const approvals = this.dataSource.getRepository(ClientApproval);
    await approvals.delete({ approvedAt: IsNull(), requestedAt: LessThan(new Date(now - PATIENCE)) });
    const waiting = await approvals.countBy({ requestedBy: account.id, approvedAt: IsNull() });
    if (waiting >= MOST_REQUESTS) return;
    await approvals
      .createQueryBuilder()
      .insert()
      .values({
        clientId: client.clientId,
        clientName: client.name,
        redirectUri,
        requestedBy: account.id,
        requestedAt: new Date(now),
      })
      .orIgnore()
      .execute();
  }

  /** False when nobody asked for that client. */
  async approve(clientId: string, approvedBy: string | null, manager: EntityManager): Promise<boolean> {
    const approvedAt = new Date(this.clock.now());
    const { affected } = await manager
      .getRepository(ClientApproval)
      .update({ clientId }, { approvedAt, approvedBy });
    return affected === 1;
  }

  async refuse(clientId: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.getRepository(ClientApproval).delete({ clientId });
    return affected === 1;
  }

  /** Forgets that somebody asked for a client, or agreed to it, and says so in the same transaction. */
  async forget(clientId: string, announce: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      if (await this.refuse(clientId, manager)) await announce(manager);
    });
  }

  private rows(manager: EntityManager): Promise<AccessRuleRow[]> {
    return manager.getRepository(AccessRuleRow).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }

  private builtIn(): AccessRule[] {
    if (!this.isExampleOpen) return [];
    const name = 'The example server is open to everyone';
    return [{ name, groups: 'everyone', resource: this.example.mcpUrl, scopes: 'all', clients: 'any' }];
  }
}

function toRule({
  name,
  groups,
  resource,
  scopes,
  clients,
}: Omit<AccessRuleRow, 'id' | 'createdAt'>): AccessRule {
  return { name, groups: groups ?? 'everyone', resource, scopes: scopes ?? 'all', clients: clients ?? 'any' };
}

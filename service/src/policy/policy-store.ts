import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { ExampleConfig } from '../config/example-config.js';
import { PolicyConfig } from '../config/policy-config.js';
import { AccessRuleRow, type RuleWords } from './entities/access-rule.entity.js';
import type { ConfiguredPolicy } from './entities/applied-policy.entity.js';
import type { AccessRule, ClientRules, Policy } from '../config/policy.js';

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
    return { ...policy, rules: [...policy.rules, ...rows.map((row) => toRule(row))] };
  }

  read(manager: EntityManager = this.dataSource.manager): Promise<Policy> {
    return this.complete(this.configured, manager);
  }

  /** Rules that no page changes: those of the file, or what comes with the example server. */
  get fixed(): readonly AccessRule[] {
    return this.fromFile ? this.fromFile.rules : this.builtIn();
  }

  /** Those of the database, the oldest first. */
  rows(manager: EntityManager = this.dataSource.manager): Promise<AccessRuleRow[]> {
    return manager.getRepository(AccessRuleRow).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }

  find(id: string, manager: EntityManager = this.dataSource.manager): Promise<AccessRuleRow | null> {
    return manager.getRepository(AccessRuleRow).findOneBy({ id });
  }

  get clients(): ClientRules {
    return this.fromFile?.clients ?? this.config.clients;
  }

  /** The very same rule, where there is one already. */
  async same(rule: RuleWords, manager: EntityManager): Promise<AccessRuleRow | null> {
    const { name, resource } = rule;
    const rows = await manager.getRepository(AccessRuleRow).findBy({ name, resource });
    return rows.find((row) => isDeepStrictEqual(toRule(row), toRule(rule))) ?? null;
  }

  /** @param by who adds it: a user's id. */
  async add(
    rule: Omit<RuleWords, 'until'> & Partial<RuleWords>,
    manager: EntityManager,
    by: string | null = null,
  ): Promise<AccessRuleRow> {
    const now = new Date(this.clock.now());
    const row = {
      until: null,
      ...rule,
      id: randomUUID(),
      createdAt: now,
      version: 1,
      updatedAt: now,
      updatedBy: by,
    };
    await manager.getRepository(AccessRuleRow).insert(row);
    return row;
  }

  /** Puts other words in the place of one version of a rule; false where it is another by now, or gone. */
  async replace(
    { id, version }: Pick<AccessRuleRow, 'id' | 'version'>,
    rule: RuleWords,
    by: string,
    manager: EntityManager,
  ): Promise<boolean> {
    const changed = { ...rule, version: version + 1, updatedBy: by, updatedAt: new Date(this.clock.now()) };
    const { affected } = await manager.getRepository(AccessRuleRow).update({ id, version }, changed);
    return affected === 1;
  }

  /** Null when there is no such rule. */
  async remove(id: string, manager: EntityManager): Promise<AccessRuleRow | null> {
    const rules = manager.getRepository(AccessRuleRow);
    const row = await rules.findOneBy({ id });
    if (row) await rules.delete({ id });
    return row;
  }

  private builtIn(): AccessRule[] {
    if (!this.isExampleOpen) return [];
    const name = 'The example server is open to everyone';
    return [{ name, groups: 'everyone', resource: this.example.mcpUrl, scopes: 'all', clients: 'any' }];
  }
}

/** A rule as the policy goes by it. */
export function toRule({ name, groups, resource, scopes, clients, until }: RuleWords): AccessRule {
  return {
    name,
    groups: groups ?? 'everyone',
    resource,
    scopes: scopes ?? 'all',
    clients: clients ?? 'any',
    ...(until && { until: until.toISOString() }),
  };
}
